import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DescService } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { ErrorTable } from '#chassis/domain-error.ts';
import { createLogger } from '#chassis/log.ts';
import { takingApiKeys } from '#chassis/rpc/api-keys.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { Health } from '#chassis/rpc/health.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { authorization } from '#chassis/rpc/interceptors/authorization.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import type { EdgeCertificate } from '#chassis/tls/edge-certificate.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { exchangeApiKeys } from './api-keys.ts';
import { keptAnswers } from './cache/kept-answers.ts';
import { edge } from './edge.ts';
import { gatewayPages, gatewayRoutes } from './gateway.ts';
import { insiderRule } from './insider.ts';
import type { Ledger } from './limits/ledger.ts';
import type { Limits } from './limits/limit.ts';
import { ledgerOf, limited } from './limits/limited.ts';
import { restFace } from './rest/rest.ts';
import { contracts, upstreams } from './upstreams.ts';

type Impl = Route['impl'];

/** The errors the stand-ins raise. */
const errors: ErrorTable = {
  domain: 'test.tradewind',
  rules: { PRODUCT_NOT_FOUND: { code: Code.NotFound, message: 'there is no product {product_id}' } },
};

const ISSUER = 'http://identity.test';

export interface MeshOptions {
  partTimeoutMs?: number;
  /** How much is kept of answers; nothing when unset. */
  cacheBytes?: number;
  /** Streams may be idle for ever when unset. */
  streamIdleMs?: number;
  /** None when unset. */
  limits?: Limits;
  /** With one the gateway speaks TLS. */
  certificate?: EdgeCertificate;
  /** Shared with another gateway by a test. */
  ledger?: Ledger;
}

/** A gateway in front of one server that stands in for every service: real sockets, keys and chains, only the answers are made up. */
export async function startMesh(impls: [DescService, Impl][], options: MeshOptions = {}) {
  const [userKey, meshKey] = [await key(), await key()];
  const jwks = createServer((_, response) => response.end(JSON.stringify({ keys: [userKey.public] })));
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/`;
  const verifier = createTokenVerifier({
    identity: { issuer: ISSUER, jwksUrl },
    meshJwks: JSON.stringify({ keys: [meshKey.public] }),
  });
  const serviceToken = (name: string) => meshKey.sign({ sub: `service:${name}`, iss: 'tradewind-mesh' });

  const implOf = new Map(impls);
  const all = upstreams.flatMap((upstream) => contracts[upstream]);
  const common = {
    errors,
    log: createLogger({ service: 'test', version: '0', level: 'fatal' }),
    host: '127.0.0.1',
    httpPort: 0,
  };
  const services = createRpcServer({
    ...common,
    routes: all.map((service): Route => ({ service, impl: complete(service, implOf.get(service) ?? {}) })),
    access: [authentication(verifier), authorization()],
    health: new Health([]),
    grpcPort: 0,
  });
  const { grpcPort, httpPort: servicesPort } = await services.start();
  const transport = createGrpcTransport({
    target: `127.0.0.1:${grpcPort}`,
    serviceToken: await serviceToken('gateway'),
  });
  const believed = takingApiKeys(verifier, exchangeApiKeys(createClient(ApiKeysService, transport)));
  const { limits } = options;
  const known = limits
    ? limited(limits, options.ledger ?? ledgerOf(limits))(authentication(believed))
    : authentication(believed);
  const gateway = createRpcServer({
    ...common,
    routes: gatewayRoutes(
      Object.fromEntries(upstreams.map((name) => [name, transport])) as Record<
        (typeof upstreams)[number],
        typeof transport
      >,
      options.partTimeoutMs ?? 500,
      {
        kept: options.cacheBytes === undefined ? undefined : keptAnswers(options.cacheBytes),
        streamIdleMs: options.streamIdleMs,
      },
    ),
    access: [known, authorization({ onBehalfOf: 'gateway' })],
    health: new Health([]),
    grpcPort: undefined,
    pages: gatewayPages(jwksUrl),
    faces: restFace,
    certificate: options.certificate,
    before: edge({ allowedOrigins: '*', trustedProxies: 0 }),
    isInsider: insiderRule(''),
  });
  const { httpPort } = await gateway.start();
  return {
    url: `http://127.0.0.1:${httpPort}`,
    address: `127.0.0.1:${httpPort}`,
    serviceToken,
    /** Where the services are reached past the gateway. */
    insideUrl: `http://127.0.0.1:${servicesPort}`,
    userToken: (id: string, roles: readonly string[] = ['SHOPPER'], lifetimeSeconds = 900, scope = 'tradewind:all') =>
      userKey.sign({ iss: ISSUER, sub: id, roles, sid: 's1', scope }, lifetimeSeconds),
    async stop() {
      await gateway.drain(500);
      transport.close();
      await services.drain(500);
      await new Promise((resolve) => jwks.close(resolve));
    },
  };
}

function complete(service: DescService, impl: Impl): Impl {
  const refuse = () => {
    throw new ConnectError('not part of this test', Code.Unimplemented);
  };
  const one = async () => refuse();
  const many = async function* () {
    yield refuse();
  };
  const missing = service.methods.map(({ localName, methodKind }) => [
    localName,
    methodKind === 'server_streaming' || methodKind === 'bidi_streaming' ? many : one,
  ]);
  return { ...Object.fromEntries(missing), ...impl };
}

async function key() {
  const pair = await generateKeyPair('ES256', { extractable: true });
  return {
    public: { ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256' },
    sign: (claims: JWTPayload, lifetimeSeconds = 900) =>
      new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1000) + lifetimeSeconds })
        .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: 'at+jwt' })
        .setAudience('tradewind')
        .sign(pair.privateKey),
  };
}
