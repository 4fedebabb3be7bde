/** Puts a proxy into every way on which the services of a mesh reach something, so that each way can be cut on its own. */
import type { Places } from '#chassis/local/environment.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

export interface Rewiring {
  /** What a mesh is started with. */
  reroute(places: Places): Promise<Places>;
  /** By what is reached: `nats`, `postgres`, or a service. */
  readonly ways: ReadonlyMap<string, TcpProxy>;
  close(): Promise<void>;
}

export function rewiring(): Rewiring {
  const ways = new Map<string, TcpProxy>();
  const through = async (name: string, port: number) => {
    const way = ways.get(name) ?? (await startProxy({ host: '127.0.0.1', port }));
    ways.set(name, way);
    return way.port;
  };
  const throughUrl = async (name: string, url: string) => {
    const rerouted = new URL(url);
    rerouted.port = String(await through(name, Number(rerouted.port)));
    return rerouted.toString();
  };
  return {
    ways,
    async reroute({ natsUrl, smtpUrl, databases, instances }) {
      const urls: Record<string, string> = {};
      for (const [service, url] of Object.entries(databases)) urls[service] = await throughUrl('postgres', url);
      const reached: Places['instances'] = {};
      for (const [service, of] of Object.entries(instances)) {
        reached[service] = [];
        for (const [index, instance] of of.entries()) {
          const name = index === 0 ? service : `${service} ${index + 1}`;
          const { grpcPort } = instance;
          const rerouted = grpcPort === undefined ? {} : { grpcPort: await through(name, grpcPort) };
          reached[service].push({ ...instance, ...rerouted });
        }
      }
      return { natsUrl: await throughUrl('nats', natsUrl), smtpUrl, databases: urls, instances: reached };
    },
    async close() {
      await Promise.all([...ways.values()].map((way) => way.close()));
    },
  };
}
