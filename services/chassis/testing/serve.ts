import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { ErrorTable } from '../domain-error.ts';
import { createLogger } from '../log.ts';
import { createGrpcTransport } from '../rpc/client.ts';
import { Health } from '../rpc/health.ts';
import type { Route } from '../rpc/implementation.ts';
import { authentication } from '../rpc/interceptors/authentication.ts';
import { authorization } from '../rpc/interceptors/authorization.ts';
import { createRpcServer, type RpcServerOptions } from '../rpc/server.ts';
import { createTokenVerifier } from '../rpc/tokens.ts';

/** Whom a test calls as. */
export interface As {
  user?: { id: string; roles?: string[] };
  service?: string;
}

/** A service as its callers meet it: both ports, the whole chain, keys of its own. */
export interface Served {
  grpcPort: number;
  httpPort: number;
  /** A generated client over gRPC, calling as `as`. */
  client<S extends DescService>(service: S, as: As): Promise<Client<S>>;
  /** A generated client over Connect JSON on the HTTP port. */
  httpClient<S extends DescService>(service: S, as: As): Promise<Client<S>>;
  /** The headers that make a request come from `as`. */
  headers(as: As): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const ISSUER = 'http://identity.test';

/** Serves implementations on real sockets for a test. */
export async function serve(
  routes: Route[],
  errors: ErrorTable,
  options: Partial<Pick<RpcServerOptions, 'concurrency' | 'faults' | 'health' | 'pages' | 'beforeReady'>> = {},
): Promise<Served> {
  const userKeys = await keys();
  const meshKeys = await keys();
  const jwks = createServer((_, response) => response.end(JSON.stringify({ keys: [userKeys.public] })));
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  const verifier = createTokenVerifier({
    identity: { issuer: ISSUER, jwksUrl: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/` },
    meshJwks: JSON.stringify({ keys: [meshKeys.public] }),
  });
  const server = createRpcServer({
    routes,
    errors,
    access: [authentication(verifier), authorization()],
    log: createLogger({ service: 'test', version: '0', level: 'fatal' }),
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
    ...options,
  });
  const { grpcPort, httpPort } = await server.start();
  const headers = async ({ user, service }: As) => ({
    ...(user && {
      authorization: `Bearer ${await sign(userKeys.private, { iss: ISSUER, sub: user.id, roles: user.roles ?? ['SHOPPER'], sid: 'test', scope: 'tradewind:all' })}`,
    }),
    ...(service && {
      'x-tradewind-service': await sign(meshKeys.private, { sub: `service:${service}`, iss: 'tradewind-mesh' }),
    }),
  });
  const opened: { close(): void }[] = [];
  const presenting = async (as: As): Promise<Interceptor> => {
    const shown = Object.entries(await headers(as));
    return (next) => (request) => {
      for (const [name, value] of shown) request.header.set(name, value);
      return next(request);
    };
  };
  return {
    grpcPort: grpcPort ?? 0,
    httpPort,
    headers,
    async client(service, as) {
      const transport = createGrpcTransport({ target: `127.0.0.1:${grpcPort}` });
      opened.push(transport);
      const shown = await headers(as);
      return createClient(service, {
        unary: (method, signal, timeoutMs, header, input, values) =>
          transport.unary(method, signal, timeoutMs, withHeaders(header, shown), input, values),
        stream: (method, signal, timeoutMs, header, input, values) =>
          transport.stream(method, signal, timeoutMs, withHeaders(header, shown), input, values),
      });
    },
    async httpClient(service, as) {
      const baseUrl = `http://127.0.0.1:${httpPort}`;
      return createClient(
        service,
        createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors: [await presenting(as)] }),
      );
    },
    async stop() {
      for (const transport of opened) transport.close();
      await server.drain(1_000);
      await new Promise((resolve) => jwks.close(resolve));
    },
  };
}

function withHeaders(given: ConstructorParameters<typeof Headers>[0], more: Record<string, string>): Headers {
  const headers = new Headers(given);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return headers;
}

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

async function keys(): Promise<{ private: SigningKey; public: JWK }> {
  const pair = await generateKeyPair('ES256');
  return { private: pair.privateKey, public: { ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256' } };
}

function sign(key: SigningKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
    .setAudience('tradewind')
    .setExpirationTime('1h')
    .sign(key);
}
