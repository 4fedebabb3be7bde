import { SpanKind } from '@opentelemetry/api';
import type { Database } from '../db/connect.ts';
import { type Broker, BrokerUnavailable, type EventMessage } from '../events/broker.ts';
import { deadLetterOfRow } from '../events/dead-letter.ts';
import { outboxDead, published, showEventMetrics } from '../events/event-metrics.ts';
import { keyedQueue } from '../events/keyed-queue.ts';
import { pause } from '../events/pause.ts';
import { deadLetterStream, streamPlanOf } from '../events/streams.ts';
import { withinLimit } from '../events/time-limit.ts';
import { within } from '../events/within.ts';
import { crashPoint } from '../faults/crash-points.ts';
import type { Logger } from '../log.ts';
import { injectTrace, withRemoteTrace } from '../telemetry.ts';
import { keepHouse } from './housekeeping.ts';
import { campaign } from './leadership.ts';
import { markDead, markFailed, markPublished, type PendingRow, pendingRows } from './queue.ts';
import { OUTBOX_CHANNEL, registerRelay } from './wake.ts';

const RELAY_LOCK = 7_240_002;
const IN_FLIGHT = 64;
const BATCH = 256;
const MAX_HELD = 512;
const MAX_ATTEMPTS = 5;
const POLL_MS = 1000;
/** Marks wait this long for company: one UPDATE serves many rows. */
const MARK_AFTER_MS = 10;
/** So does looking: one SELECT finds what many transactions wrote. */
const LOOK_AFTER_MS = 6;
/** A database that is silent for so long is asked anew, over another connection. */
const STATEMENT_LIMIT_MS = 10_000;
const UNAVAILABLE_PAUSE_MS = 200;
/** Said by a relay that led and stops, so that its successor need not find out. */
const VACANT = 'vacant';
/** How long a relay that stops goes on with what waits. */
const FLUSH_MS = 2000;

export interface Relay {
  leads(): boolean;
  /** Publishes what waits, as far as that takes no longer than two seconds, marks it, and lets another relay lead. */
  stop(): Promise<void>;
}

/**
 * Publishes the outbox of one database, in order per aggregate and up to 64 at a time. One relay per database leads, the others stand by. It looks when woken in
 * this process, when another process sends NOTIFY, and each second besides. A crash between publication and mark publishes again: the message id is the row's,
 * so the broker drops the second, and consumers take no harm from what it lets through. While the broker is away rows wait, however long; one that it refuses five times
 * becomes a dead letter.
 */
export function startRelay(options: { db: Database; broker: Broker; log: Logger; service: string }): Relay {
  const { db, broker, log, service } = options;
  showEventMetrics();
  const stopping = new AbortController();
  const queue = keyedQueue(IN_FLIGHT);
  /** Rows that were read and are not marked yet. */
  const held = new Set<bigint>();
  let done: bigint[] = [];
  let marking: Promise<void> | undefined;
  let looking = false;
  let lookAgain = false;
  /** Whether the streams are there. */
  let ready = false;

  const leadership = campaign(db, RELAY_LOCK, {
    everyMs: POLL_MS,
    onChange(leads) {
      log.info({ leads }, leads ? 'relays the outbox' : 'stands by: another relays the outbox');
      if (leads) void look();
    },
  });
  const active = () => ready && leadership.leads() && !stopping.signal.aborted;
  const unregister = registerRelay(db, { leads: active, wake: () => void look() });
  const listening = db.sql
    .listen(OUTBOX_CHANNEL, (word) => (word === VACANT ? leadership.ask() : void look()))
    .catch(() => undefined);
  const poll = setInterval(() => void look(), POLL_MS);
  const stopHousekeeping = keepHouse(db, log, active);
  void prepare();

  /** Makes the streams that the service's events and its dead letters need, however long the broker is away. */
  async function prepare(): Promise<void> {
    while (!ready && !stopping.signal.aborted) {
      try {
        const plan = await streamPlanOf(service);
        for (const each of plan ? [plan, deadLetterStream] : [deadLetterStream]) await broker.ensureStream(each);
        ready = true;
      } catch (error) {
        log.warn({ err: error }, 'cannot make the streams of the outbox yet');
        await pause(POLL_MS, stopping.signal);
      }
    }
    void look();
  }

  async function look(): Promise<void> {
    lookAgain = true;
    if (looking) return;
    looking = true;
    try {
      while (lookAgain && active() && held.size < MAX_HELD) {
        await pause(LOOK_AFTER_MS, stopping.signal);
        lookAgain = false;
        const limit = Math.min(BATCH, MAX_HELD - held.size);
        const rows = await inTime(() => pendingRows(db, [...held], limit));
        for (const row of rows) {
          held.add(row.seq);
          queue.add(row.aggregate_id, () => send(row));
        }
        if (rows.length === limit) lookAgain = true;
      }
    } catch (error) {
      log.warn({ err: error }, 'could not read the outbox');
    } finally {
      looking = false;
    }
  }

  /** Publishes one row. The aggregate's later rows wait for it. */
  async function send(row: PendingRow): Promise<void> {
    for (let { attempts } = row; active(); ) {
      try {
        await publish(broker, row);
        crashPoint(`relay:${service}:published`);
        published.inc();
        done.push(row.seq);
        marking ??= mark();
        return;
      } catch (error) {
        if (error instanceof BrokerUnavailable) {
          await pause(UNAVAILABLE_PAUSE_MS, stopping.signal);
          continue;
        }
        attempts += 1;
        if (await settled(row, attempts, error)) break;
        await pause(100 * 2 ** attempts, stopping.signal);
      }
    }
    held.delete(row.seq);
  }

  /** Records a refusal; true when it was the last. */
  async function settled(row: PendingRow, attempts: number, error: unknown): Promise<boolean> {
    try {
      const reason = error instanceof Error ? error.message : String(error);
      await inTime(() => markFailed(db, row.seq, attempts, reason));
      if (attempts < MAX_ATTEMPTS) return false;
      log.error({ err: error, event: row.id, subject: row.subject }, 'an event cannot be published');
      await broker.publish(deadLetterOfRow({ message: row, service, attempts, error })).catch((refusal: unknown) => {
        if (refusal instanceof BrokerUnavailable) throw refusal;
        log.error({ err: refusal, event: row.id }, 'the event stays in the outbox only');
      });
      await inTime(() => markDead(db, row.seq));
      outboxDead.inc();
      return true;
    } catch (problem) {
      log.warn({ err: problem, event: row.id }, 'could not record a refusal');
      return false;
    }
  }

  async function mark(): Promise<void> {
    await pause(MARK_AFTER_MS, stopping.signal);
    while (done.length > 0) {
      const batch = done;
      done = [];
      try {
        await inTime(() => markPublished(db, batch));
        for (const seq of batch) held.delete(seq);
      } catch (error) {
        log.warn({ err: error }, 'could not mark events as published');
        done = batch.concat(done);
        if (stopping.signal.aborted) break;
        await pause(POLL_MS, stopping.signal);
      }
    }
    marking = undefined;
    if (lookAgain) void look();
  }

  return {
    leads: leadership.leads,
    async stop() {
      const flushed = look().then(() => queue.idle());
      await Promise.race([flushed, pause(FLUSH_MS, stopping.signal)]);
      stopping.abort();
      clearInterval(poll);
      unregister();
      stopHousekeeping();
      await within(
        FLUSH_MS,
        listening.then((heard) => heard?.unlisten()),
      );
      await queue.idle();
      await marking;
      const led = leadership.leads();
      await leadership.resign();
      if (led) await within(FLUSH_MS, db.sql.notify(OUTBOX_CHANNEL, VACANT));
    },
  };
}

/** Nobody else would give up a statement of the relay. */
function inTime<T>(statement: () => Promise<T>): Promise<T> {
  return withinLimit(STATEMENT_LIMIT_MS, { caller: { service: 'relay' }, correlationId: '' }, statement);
}

/** Publishes a row as a part of the trace that wrote it. */
function publish(broker: Broker, row: PendingRow): Promise<void> {
  const message = (headers: Record<string, string>): EventMessage => ({
    id: row.id,
    subject: row.subject,
    headers,
    payload: row.payload,
  });
  const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': row.subject };
  return withRemoteTrace(
    row.headers.traceparent,
    `publish ${row.subject}`,
    attributes,
    () => broker.publish(message({ ...row.headers, ...injectTrace() })),
    SpanKind.PRODUCER,
  );
}
