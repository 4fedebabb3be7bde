/** Reads streams and consumers from outside: nothing here acknowledges, or leaves a trace behind. */
import { AckPolicy, DeliverPolicy, type JetStreamManager, type JsMsg, nanos } from 'nats';
import type { OpenMesh } from './open-mesh.ts';

/** How far a service's durable consumer has come. */
export interface ConsumerProgress {
  name: string;
  stream: string;
  /** Events it was not given yet. */
  waiting: number;
  /** Events it was given and has not acknowledged. */
  inHand: number;
}

/** How the message ids begin of dead letters that were sent again. */
export const REPLAY = 'replay:';

const AT_A_TIME = 5_000;
const FORGET_AFTER_MS = 30_000;
const SILENCE_MS = 30_000;

export async function streamNames(manager: JetStreamManager): Promise<string[]> {
  const names: string[] = [];
  for await (const name of manager.streams.names()) names.push(name);
  return names;
}

export async function durableConsumers(manager: JetStreamManager): Promise<ConsumerProgress[]> {
  const found: ConsumerProgress[] = [];
  for (const stream of await streamNames(manager)) {
    for await (const info of manager.consumers.list(stream)) {
      if (info.config.durable_name === undefined) continue;
      found.push({ name: info.name, stream, waiting: info.num_pending, inHand: info.num_ack_pending });
    }
  }
  return found;
}

/** What `pick` takes from every message that a stream holds now. Payloads stay where they are, so that a hundred thousand messages are a matter of seconds. */
export async function headersOf<T>(
  { manager, jetstream }: Pick<OpenMesh, 'manager' | 'jetstream'>,
  stream: string,
  pick: (message: JsMsg) => T,
): Promise<T[]> {
  const { last_seq: last } = (await manager.streams.info(stream)).state;
  const { name, num_pending: messages } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    headers_only: true,
    inactive_threshold: nanos(FORGET_AFTER_MS),
    mem_storage: true,
  });
  const picked: T[] = [];
  try {
    if (messages === 0) return picked;
    const consumer = await jetstream.consumers.get(stream, name);
    await new Promise<void>((resolve, reject) => {
      const silence = setTimeout(() => reject(new Error(`stream ${stream} stopped answering`)), SILENCE_MS);
      const reading = consumer.consume({
        max_messages: AT_A_TIME,
        callback: (message) => {
          silence.refresh();
          if (message.seq <= last) picked.push(pick(message));
          if (message.seq < last && message.info.pending > 0) return;
          clearTimeout(silence);
          void reading.then((open) => open.stop());
          resolve();
        },
      });
      reading.catch(reject);
    });
    return picked;
  } finally {
    await manager.consumers.delete(stream, name).catch(() => false);
  }
}
