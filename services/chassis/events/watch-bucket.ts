import { setTimeout as pause } from 'node:timers/promises';
import { connect, Events, type KV, type KvEntry, type NatsConnection, type QueuedIterator } from 'nats';
import type { Running } from '../life-cycle.ts';
import type { Logger } from '../log.ts';

const AGAIN_AFTER_MS = 250;
/** A broker that no longer answers is noticed after two of these. */
const ASK_EVERY_MS = 5_000;

export interface BucketWatch {
  url: string;
  /** As the broker lists the connection. */
  name: string;
  log: Logger;
  open(connection: NatsConnection): Promise<KV>;
  /** Told that everything will be told again from the start. */
  anew?(): void;
  take(entry: KvEntry): void;
  /** Told once all that the bucket held was taken. */
  read?(): void;
}

/**
 * Follows a key-value bucket of NATS for as long as the process lives, over a connection of its own. Begins at once and waits for nothing. While the broker is away
 * nothing is told; when it is back everything is told anew.
 */
export function watchBucket({ url, name, log, open, anew, take, read }: BucketWatch): Running {
  let stopped = false;
  let connection: NatsConnection | undefined;

  async function follow(): Promise<void> {
    const connected = await connect({
      servers: url.split(','),
      name,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: AGAIN_AFTER_MS,
      pingInterval: ASK_EVERY_MS,
    });
    if (stopped) return connected.close();
    connection = connected;
    let changes: QueuedIterator<KvEntry> | undefined;
    void beginAnewAfterReconnection(connected, () => changes?.stop());
    while (!connected.isClosed()) {
      try {
        const bucket = await open(connected);
        // What came before it may still be on its way through the queue.
        changes = await bucket.watch({ initializedFn: () => read && setImmediate(read) });
        anew?.();
        for await (const entry of changes) take(entry);
      } catch (error) {
        log.debug({ err: error, watch: name }, 'a bucket cannot be read now');
      }
      if (!connected.isClosed()) await pause(AGAIN_AFTER_MS, undefined, { ref: false });
    }
  }

  follow().catch((error: unknown) => log.error({ err: error, watch: name }, 'a bucket is not watched'));
  return {
    async stop() {
      stopped = true;
      await connection?.close();
    },
  };
}

/** What a watch was told of may have changed while the broker was away. */
async function beginAnewAfterReconnection(connection: NatsConnection, anew: () => void): Promise<void> {
  for await (const status of connection.status()) if (status.type === Events.Reconnect) anew();
}
