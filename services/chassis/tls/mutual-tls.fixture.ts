/** One service on real sockets that speaks mutual TLS, and whoever may try to call it: services certified by its authority, and others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport as createPlainGrpcTransport } from '@connectrpc/connect-node';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { type Authority, openAuthority, TRUST_DOMAIN } from '../local/authority.ts';
import { createGrpcTransport } from '../rpc/client.ts';
import { Health } from '../rpc/health.ts';
import { implement, type ServiceImpl } from '../rpc/implementation.ts';
import { authentication } from '../rpc/interceptors/authentication.ts';
import { authorization } from '../rpc/interceptors/authorization.ts';
import { createRpcServer } from '../rpc/server.ts';
import type { TokenVerifier } from '../rpc/tokens.ts';
import { quietLog } from '../testing/quiet-log.ts';
import type { TlsCredentials } from './credentials.ts';
import { type MeshIdentity, openIdentity } from './mesh-identity.ts';

/** Believes a service token that is the name of a service. */
const verifier: TokenVerifier = {
  service: async (token) => token,
  user: () => Promise.reject(new Error('no user calls here')),
};

/** How often identities look for new files here. */
const LOOK_MS = 50;

export interface Stock {
  authority: Authority;
  grpcPort: number;
  httpPort: number;
  /** The identity of a service, certified for so many seconds when it has no certificate yet. */
  identityOf(service: string, from?: Authority): MeshIdentity;
  /** Calls over gRPC as the owner of an identity; `expected` is the service that the caller believes to be there. */
  client(identity: MeshIdentity, as?: { expected?: string; serviceToken?: string }): Client<typeof InventoryService>;
  /** Calls either port with any TLS settings, as nobody who has none. */
  anybody(port: 'gRPC' | 'HTTP', tls?: Partial<TlsCredentials>): Client<typeof InventoryService>;
  /** An authority that this service does not know. */
  stranger(): Authority;
  close(): Promise<void>;
}

/** Serves inventory's contract under a certificate of `service`. */
export async function serveStock({ service = 'inventory', seconds = 3600, log = quietLog } = {}): Promise<Stock> {
  const folders: string[] = [];
  const newAuthority = () => {
    const folder = mkdtempSync(join(tmpdir(), 'tradewind-tls-'));
    folders.push(folder);
    return openAuthority(folder);
  };
  const closings: (() => void)[] = [];
  const authority = newAuthority();
  const known = new Map<string, MeshIdentity>();
  const identityOf: Stock['identityOf'] = (name, from = authority) => {
    const key = `${name} of ${from.file}`;
    const opened = known.get(key) ?? open(name, from);
    known.set(key, opened);
    return opened;
  };
  const open = (name: string, from: Authority): MeshIdentity => {
    from.certify(name, seconds);
    const identity = openIdentity({ ...from.filesOf(name), TRUST_DOMAIN }, name, log, LOOK_MS);
    if (!identity) throw new Error('no identity');
    closings.push(() => identity.stop());
    return identity;
  };
  const server = createRpcServer({
    routes: [implement(InventoryService, inventory)],
    errors: { domain: 'test', rules: {} },
    access: [authentication(verifier), authorization()],
    log,
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
    identity: identityOf(service),
  });
  const { grpcPort = 0, httpPort } = await server.start();
  return {
    authority,
    grpcPort,
    httpPort,
    identityOf,
    stranger: newAuthority,
    client(identity, { expected = 'inventory', serviceToken } = {}) {
      const transport = createGrpcTransport({
        target: `127.0.0.1:${grpcPort}`,
        tls: { identity, service: expected },
        ...(serviceToken && { serviceToken }),
      });
      closings.push(() => transport.close());
      return createClient(InventoryService, transport);
    },
    anybody(port, tls) {
      const nodeOptions = { ca: identityOf(service).current().ca, ...tls };
      const transport =
        port === 'HTTP'
          ? createConnectTransport({ baseUrl: `https://localhost:${httpPort}`, httpVersion: '1.1', nodeOptions })
          : createPlainGrpcTransport({ baseUrl: `https://localhost:${grpcPort}`, nodeOptions });
      return createClient(InventoryService, transport);
    },
    async close() {
      for (const close of closings) close();
      await server.drain(1_000);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const inventory: ServiceImpl<typeof InventoryService> = {
  getAvailability: async (_, { caller }) => ({ availability: [{ productId: caller.service, available: 1n }] }),
  reserveStock: async () => ({}),
  commitReservation: async () => ({}),
  releaseReservation: async () => ({}),
  adjustStock: async () => ({}),
  async *watchStock(_, { signal }) {
    for (let available = 0n; !signal.aborted; available++) {
      yield { availability: { available } };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
};
