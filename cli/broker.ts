import { type ConnectionOptions, connect, type NatsConnection } from 'nats';
import { NotAnswering } from './failure.ts';

/** Connects a command to the broker of a mesh. Throws NotAnswering, which says that it is the broker that is missing, and where. */
export async function connectBroker(natsUrl: string, options: ConnectionOptions): Promise<NatsConnection> {
  const servers = natsUrl.split(',');
  try {
    return await connect({ ...options, servers });
  } catch (cause) {
    throw new NotAnswering(`The broker at ${servers.map((server) => new URL(server).host).join(', ')}`, cause);
  }
}
