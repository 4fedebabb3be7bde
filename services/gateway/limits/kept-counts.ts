import { createHash } from 'node:crypto';
import { type KV, type NatsConnection, StorageType } from 'nats';
import { z } from 'zod';
import type { Counts, Ledger } from './ledger.ts';

const BUCKET = 'limits';
/** An hour's counts are of no use after it. */
const KEPT_MS = 2 * 3_600_000;
/** Callers are spread over so many values, each of which is far smaller than the largest that NATS takes. */
const SHARDS = 16;

const shape = z.array(z.tuple([z.string(), z.number().int().nonnegative()]));

/** The counts of every replica, kept in NATS so that an hour goes on when a replica starts again. */
export interface KeptCounts {
  /** Writes what changed since it was written last. */
  keep(counts: Counts): Promise<void>;
  /** Has a ledger know what the others, and this replica before it was started, have counted in this hour. */
  learn(ledger: Ledger): Promise<void>;
}

export function keepCounts(connection: NatsConnection, replica: string): KeptCounts {
  const written = new Map<number, string>();
  let opened: Promise<KV> | undefined;
  const bucket = async (): Promise<KV> => {
    opened ??= connection.jetstream().views.kv(BUCKET, { history: 1, ttl: KEPT_MS, storage: StorageType.File });
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  return {
    async keep({ hour, counts }) {
      const shards = Map.groupBy(counts, ([caller]) => shardOf(caller));
      for (const [shard, part] of shards) {
        const text = JSON.stringify(part);
        const entry = `${hour} ${text}`;
        if (written.get(shard) === entry) continue;
        await (await bucket()).put(`${hour}.${replica}.${shard}`, text);
        written.set(shard, entry);
      }
    },
    async learn(ledger) {
      const hour = Math.floor(Date.now() / 3_600_000);
      const kept = await bucket();
      const keys: string[] = [];
      for await (const key of await kept.keys(`${hour}.>`)) keys.push(key);
      for (const key of keys) {
        const [, from = ''] = key.split('.');
        const counts = shape.safeParse((await kept.get(key))?.json()).data;
        if (counts && from !== replica) ledger.learn(from, { hour, counts }, false);
      }
    },
  };
}

function shardOf(caller: string): number {
  return (createHash('sha1').update(caller).digest()[0] ?? 0) % SHARDS;
}
