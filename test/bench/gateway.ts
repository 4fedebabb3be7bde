/** Measures what the way through the gateway adds to a call: the same call straight to the service and through the gateway, by turns. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { localCredentials, serviceToken } from '#chassis/local/credentials.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { quantile } from './grpc-load.ts';
import { load } from './machine.ts';
import { startBenchMesh } from './mesh/bench-mesh.ts';
import { openBenchShop } from './mesh/shop.ts';

/** Times in milliseconds. `kept` is an answer that the gateway has. */
export interface GatewayResult {
  calls: number;
  load: number;
  directP50: number;
  gatewayP50: number;
  keptP50: number;
}

const WARM_UP = 6_000;
const CALLS = 1_500;

export async function benchGateway(): Promise<GatewayResult> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  // PostgreSQL runs as somebody else when this runs as root.
  chmodSync(directory, 0o755);
  const mesh = await startBenchMesh(directory);
  const { services, gatewayUrl } = mesh.record;
  const gateway = createGrpcTransport({ target: `127.0.0.1:${new URL(gatewayUrl).port}` });
  const direct = createGrpcTransport({
    target: `127.0.0.1:${services.catalog?.[0]?.grpcPort}`,
    serviceToken: await serviceToken(await localCredentials(directory), 'gateway'),
  });
  try {
    const shop = await openBenchShop(mesh.record, directory, 1);
    const [productId = ''] = shop.products;
    shop.close();
    const ask = async (transport: typeof gateway, headers: Record<string, string>) => {
      const begin = performance.now();
      await createClient(CatalogService, transport).getProduct({ productId }, { headers });
      return performance.now() - begin;
    };
    const asksAnew = { 'cache-control': 'no-cache' };
    const times: Record<'direct' | 'gateway' | 'kept', number[]> = { direct: [], gateway: [], kept: [] };
    for (let call = -WARM_UP; call < CALLS; call++) {
      const took = [await ask(direct, asksAnew), await ask(gateway, asksAnew), await ask(gateway, {})] as const;
      if (call < 0) continue;
      times.direct.push(took[0]);
      times.gateway.push(took[1]);
      times.kept.push(took[2]);
    }
    const median = (each: number[]) =>
      quantile(
        each.sort((a, b) => a - b),
        0.5,
      );
    return {
      calls: CALLS,
      load: load(),
      directP50: median(times.direct),
      gatewayP50: median(times.gateway),
      keptP50: median(times.kept),
    };
  } finally {
    gateway.close();
    direct.close();
    await mesh.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
