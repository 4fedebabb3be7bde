import { connect, Events, type NatsConnection } from 'nats';
import { z } from 'zod';
import { newId } from '#chassis/ids.ts';
import type { Running } from '#chassis/life-cycle.ts';
import type { Logger } from '#chassis/log.ts';
import { type KeptCounts, keepCounts } from './kept-counts.ts';
import type { Counts, Ledger } from './ledger.ts';

const SUBJECT = 'tradewind.limits';
/** How often replicas tell each other what happened, if anything did. */
const TELL_MS = 100;
/** How often counts are put where a replica that starts finds them. */
const KEEP_MS = 2_000;
/** A message of so many callers stays well below the largest that NATS takes, which is 1 MB. */
const CALLERS_PER_MESSAGE = 5_000;

const news = z.object({
  replica: z.string(),
  hour: z.number().int(),
  counts: z.array(z.tuple([z.string(), z.number().int().nonnegative()])),
});

/**
 * Shares a ledger with the other replicas for as long as this one lives, beside the calls and never in their way. Each tells how often each caller called through
 * it in this hour: a number that only grows, so that a message which is lost or comes twice does no harm. Begins at once and waits for nothing; while NATS is away
 * each replica holds callers to their limits by itself.
 */
export function shareCounts(options: { url: string; ledger: Ledger; log: Logger; replica?: string }): Running {
  const { url, ledger, log, replica = newId() } = options;
  let stopped = false;
  let heard: { connection: NatsConnection; kept: KeptCounts; stop(): Promise<void> } | undefined;

  async function follow(): Promise<void> {
    const connection = await connect({
      servers: url.split(','),
      name: 'gateway limits',
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
    });
    if (stopped) return connection.close();
    let isThere = true;
    const kept = keepCounts(connection, replica);
    const learn = () =>
      kept
        .learn(ledger)
        .catch((error: unknown) => log.debug({ err: error }, 'counts of callers are not to be had now'));
    connection.subscribe(SUBJECT, {
      callback(error, message) {
        const told = error ? undefined : news.safeParse(parsed(message.string())).data;
        if (told && told.replica !== replica) ledger.learn(told.replica, told, true);
      },
    });
    const tell = () => {
      // NATS keeps what is sent while it is away, for ever; the next number says it all.
      if (!isThere) return;
      const changed = ledger.changed();
      for (const part of parts(changed)) connection.publish(SUBJECT, JSON.stringify({ replica, ...part }));
    };
    const keep = () => (isThere ? kept.keep(ledger.all()) : Promise.resolve());
    const quietly = () => void keep().catch((error: unknown) => log.debug({ err: error }, 'counts are not kept'));
    const timers = [setInterval(tell, TELL_MS).unref(), setInterval(quietly, KEEP_MS).unref()];
    heard = {
      connection,
      kept,
      async stop() {
        for (const timer of timers) clearInterval(timer);
        if (isThere) {
          tell();
          await keep().catch(() => undefined);
        }
        await connection.close();
      },
    };
    await learn();
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) isThere = false;
      if (type !== Events.Reconnect) continue;
      isThere = true;
      await learn();
    }
  }

  follow().catch((error: unknown) => log.warn({ err: error }, 'limits are not shared with other replicas'));
  return {
    async stop() {
      stopped = true;
      await heard?.stop();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* parts({ hour, counts }: Counts): Iterable<Counts> {
  for (let at = 0; at < counts.length; at += CALLERS_PER_MESSAGE) {
    yield { hour, counts: counts.slice(at, at + CALLERS_PER_MESSAGE) };
  }
}
