/** Faults that are switched on for a while, kept in a NATS key-value bucket that every process that allows faults watches. */
import { Code } from '@connectrpc/connect';
import { type KV, type NatsConnection, StorageType } from 'nats';
import { z } from 'zod';
import { type Fault, LONGEST_DELAY_MS } from './fault.ts';

/** A fault and how long it lasts. Every flag ends by itself, so that one that was forgotten is not what wakes somebody at night. */
export interface Flag extends Fault {
  readonly id: string;
  readonly until: Date;
}

export const LONGEST_FLAG_MS = 86_400_000;
const BUCKET = 'faults';

/** The bucket, made if it is not there. */
export async function openFlags(connection: NatsConnection): Promise<KV> {
  return connection.jetstream().views.kv(BUCKET, { history: 1, ttl: LONGEST_FLAG_MS, storage: StorageType.File });
}

const name = z.string().min(1).max(200);
const shape = z.object({
  rpc: name,
  service: name.optional(),
  caller: name.optional(),
  percent: z.number().min(1).max(100),
  delayMs: z.number().min(1).max(LONGEST_DELAY_MS).optional(),
  abort: z.enum(Code).optional(),
  until: z.iso.datetime().transform((text) => new Date(text)),
});

export function writtenFlag({ id: _, ...flag }: Flag): string {
  return JSON.stringify(flag);
}

/** A flag as the bucket holds it under `id`. Undefined when it is none. */
export function readFlag(id: string, text: string): Flag | undefined {
  try {
    const { service, caller, delayMs, abort, ...rest } = shape.parse(JSON.parse(text));
    return {
      id,
      ...rest,
      ...(service !== undefined && { service }),
      ...(caller !== undefined && { caller }),
      ...(delayMs !== undefined && { delayMs }),
      ...(abort !== undefined && { abort }),
    };
  } catch {
    return undefined;
  }
}

/** The flags that are on now, those that end first first. */
export async function flagsOf(bucket: KV, now = new Date()): Promise<Flag[]> {
  const flags: Flag[] = [];
  // All at once: what is awaited between two keys makes the client lose those that come after.
  for (const id of await Array.fromAsync(await bucket.keys())) {
    const entry = await bucket.get(id);
    const flag = entry?.operation === 'PUT' ? readFlag(id, entry.string()) : undefined;
    if (flag && flag.until > now) flags.push(flag);
  }
  return flags.toSorted((a, b) => a.until.getTime() - b.until.getTime());
}
