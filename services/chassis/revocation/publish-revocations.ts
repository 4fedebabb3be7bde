import { connect, Events, type KV, type NatsConnection } from 'nats';
import { openRevocations } from './bucket.ts';

const AGAIN_AFTER_MS = 250;
const ANSWER_WITHIN_MS = 2_000;

/** Tells every service what has ended. */
export interface RevocationPublisher {
  /** Resolves when the broker has it for good; rejects when nobody knows whether it does, which is to be tried again. */
  publish(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the way to every service. `onReturn` is told when the broker is back after it was away: it may have lost what it was told. */
export function publishRevocations(options: { url: string; name: string; onReturn(): void }): RevocationPublisher {
  let stopped = false;
  let opened: Promise<{ connection: NatsConnection; bucket: KV }> | undefined;

  async function open() {
    const connection = await connect({
      servers: options.url.split(','),
      name: options.name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: AGAIN_AFTER_MS,
      timeout: ANSWER_WITHIN_MS,
    });
    if (stopped) await connection.close();
    void tellReturns(connection, options.onReturn);
    return { connection, bucket: await openRevocations(connection) };
  }

  return {
    async publish(id) {
      opened ??= open();
      const { bucket } = await opened.catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      await bucket.put(id, '');
    },
    async stop() {
      stopped = true;
      const open = await opened?.catch(() => undefined);
      await open?.connection.close();
    },
  };
}

async function tellReturns(connection: NatsConnection, onReturn: () => void): Promise<void> {
  for await (const status of connection.status()) if (status.type === Events.Reconnect) onReturn();
}
