/** What has ended before its time: sessions, grants, API keys and single tokens, in a NATS key-value bucket that every service watches. */
import { type KV, type NatsConnection, StorageType } from 'nats';

const BUCKET = 'revocations';
/** An access token lives 15 minutes, and clocks may differ by half a minute: afterwards there is nothing left to refuse. */
export const REMEMBERED_MS = 20 * 60_000;

/** The bucket, made if it is not there. */
export async function openRevocations(connection: NatsConnection): Promise<KV> {
  return connection.jetstream().views.kv(BUCKET, { history: 1, ttl: REMEMBERED_MS, storage: StorageType.File });
}
