import { createLogger } from '#chassis/log.ts';
import { Health } from '#chassis/rpc/health.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { authorization } from '#chassis/rpc/interceptors/authorization.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { startTelemetry } from '#chassis/telemetry.ts';
import { route } from './product.ts';
import { report } from './report.ts';

/** A service as it runs: the whole chain, on the face that the first argument names. `grpc` is grpc-js, `http` is connect-node over cleartext HTTP/2. */
const face = process.argv[2];
await startTelemetry({ service: 'bench', version: '0' });
const verifier = createTokenVerifier({ meshJwks: process.env.MESH_JWKS ?? '{"keys":[]}' });
const server = createRpcServer({
  routes: [route],
  errors: { domain: 'bench.tradewind', rules: {} },
  access: [authentication(verifier), authorization()],
  log: createLogger({ service: 'bench', version: '0', level: 'info' }),
  health: new Health([]),
  host: '127.0.0.1',
  grpcPort: 0,
  httpPort: 0,
});
const { grpcPort, httpPort } = await server.start();
report(face === 'grpc' ? (grpcPort ?? 0) : httpPort);
