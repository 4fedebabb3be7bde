import { setTimeout as pause } from 'node:timers/promises';
import { connect, Events, type KvEntry, type NatsConnection, type QueuedIterator } from 'nats';
import type { Running } from '../life-cycle.ts';
import type { Logger } from '../log.ts';
import type { Fault } from './fault.ts';
import { openFlags, readFlag } from './flag.ts';
import { FlagBoard } from './flag-board.ts';

const AGAIN_AFTER_MS = 250;

/** The flags that are on, kept up to date. */
export interface WatchedFlags extends Running {
  readonly faults: readonly Fault[];
}

/**
 * Watches the flags for as long as the process lives, over a connection of its own: only processes that allow faults have one, and the broker that events go through
 * knows nothing of it. Begins at once and waits for nothing. While the broker is away flags stay as they are, until they end.
 */
export function watchFlags(options: { url: string; service: string; log: Logger }): WatchedFlags {
  const board = new FlagBoard();
  let stopped = false;
  let connection: NatsConnection | undefined;

  async function follow(): Promise<void> {
    const connected = await connect({
      servers: options.url.split(','),
      name: `${options.service} faults`,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: AGAIN_AFTER_MS,
    });
    if (stopped) return connected.close();
    connection = connected;
    let changes: QueuedIterator<KvEntry> | undefined;
    void beginAnewAfterReconnection(connected, () => changes?.stop());
    while (!connected.isClosed()) {
      try {
        const bucket = await openFlags(connected);
        changes = await bucket.watch();
        board.clear();
        for await (const entry of changes) take(entry);
      } catch (error) {
        options.log.debug({ err: error }, 'fault flags cannot be read now');
      }
      if (!connected.isClosed()) await pause(AGAIN_AFTER_MS, undefined, { ref: false });
    }
  }

  function take(entry: KvEntry): void {
    const flag = entry.operation === 'PUT' ? readFlag(entry.key, entry.string()) : undefined;
    if (flag) board.put(flag);
    else board.remove(entry.key);
  }

  follow().catch((error: unknown) => options.log.error({ err: error }, 'fault flags are not watched'));
  return {
    get faults() {
      return board.faults;
    },
    async stop() {
      stopped = true;
      board.clear();
      await connection?.close();
    },
  };
}

/** What a watch was told of may have changed while the broker was away. */
async function beginAnewAfterReconnection(connection: NatsConnection, anew: () => void): Promise<void> {
  for await (const status of connection.status()) if (status.type === Events.Reconnect) anew();
}
