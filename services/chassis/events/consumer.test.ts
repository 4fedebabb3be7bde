import { trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { outboxRow } from '../outbox/append.ts';
import { currentCall, type Work } from '../rpc/call.ts';
import { startTelemetry, withSpan } from '../telemetry.ts';
import { ShippedSchema, shipped } from '../testing/event-fixture.ts';
import { eventually } from '../testing/eventually.ts';
import { startNats, type TestNats } from '../testing/nats.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import type { Broker } from './broker.ts';
import { startConsumer } from './consumer.ts';
import { deadLetters, decoded } from './dead-letter.ts';
import { connectNats } from './nats-broker.ts';
import { deadLetterStream, streamPlanOf } from './streams.ts';
import { type Consumer, type EventMeta, on } from './subscription.ts';
import { TimeIsUp } from './time-limit.ts';

const backOffMs = [5, 5, 5, 5];

describe('a consumer', () => {
  let nats: TestNats;
  let broker: Broker;
  let telemetry: { shutdown(): Promise<void> };
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    telemetry = await startTelemetry({ service: 'test', version: '0' });
    nats = await startNats();
    broker = await connectNats({ url: nats.url, service: 'test', log });
    const plan = await streamPlanOf('orders');
    for (const each of plan ? [plan, deadLetterStream] : []) await broker.ensureStream(each);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    await broker.close();
    await nats.stop();
    await telemetry.shutdown();
  });

  async function start(consumer: Consumer, service = 'shipping'): Promise<{ stop(): Promise<void> }> {
    const started = await startConsumer({ broker, service, consumer, log, backOffMs });
    stops.push(started.stop);
    return started;
  }

  async function publish(
    order: string,
    version: number,
    change: { headers?: Record<string, string>; payload?: Uint8Array } = {},
  ) {
    const row = outboxRow(ShippedSchema, shipped(order, version));
    await broker.publish({
      ...row,
      payload: change.payload ?? row.payload,
      headers: { ...row.headers, ...change.headers },
    });
    return row;
  }

  /** A consumer of one order's events only: the stream is shared by the tests of this file. */
  function about(order: string, name: string, handle: (version: number, meta: EventMeta) => Promise<void>): Consumer {
    const handler = on(ShippedSchema, async (event, meta) => {
      if (event.orderId === order) await handle(Number(event.version), meta);
    });
    return { name: `${name}-${order}`, subjects: [handler] };
  }

  const deadOf = async (name: string, order: string) =>
    Array.fromAsync(deadLetters(broker).list({ service: 'shipping', consumer: `${name}-${order}` }));

  it('waits for a database that is away, however often it asks, and counts no try for it', async () => {
    const order = newId();
    const attempts: number[] = [];
    await publish(order, 1);
    await start(
      about(order, 'patient', async (_, meta) => {
        attempts.push(meta.attempts);
        if (attempts.length < 9) throw Object.assign(new Error('write CONNECTION_ENDED'), { code: 'CONNECTION_ENDED' });
      }),
    );
    await eventually(() => expect(attempts).toEqual(Array(9).fill(1)));
    expect(await deadOf('patient', order)).toEqual([]);
  });

  it('knows of an event what its headers tell, and works in its correlation and trace', async () => {
    const order = newId();
    const seen: { meta: EventMeta; trace?: string; correlation?: string }[] = [];
    await start(
      about(order, 'meta', async (_, meta) => {
        seen.push({
          meta,
          trace: trace.getActiveSpan()?.spanContext().traceId,
          correlation: currentCall()?.correlationId,
        });
      }),
    );
    const { row, traceId } = await withSpan('caller', {}, async (span) => ({
      row: await publish(order, 1),
      traceId: span.spanContext().traceId,
    }));
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toMatchObject({ trace: traceId, correlation: row.id });
    expect(seen[0]?.meta).toMatchObject({ id: row.id, subject: order, type: row.subject, attempts: 1 });
  });

  it('names the event as the cause of what its handler tells', async () => {
    const order = newId();
    const told: Record<string, string>[] = [];
    await start(
      about(order, 'cause', async () => {
        told.push(outboxRow(ShippedSchema, shipped(order, 2)).headers);
      }),
    );
    const row = await publish(order, 1);
    await eventually(() => expect(told).toHaveLength(1));
    expect(told[0]).toMatchObject({ 'ce-causationid': row.id, 'ce-correlationid': row.id });
  });

  it('tries again when its handler throws, and lets later events of the same order wait meanwhile', async () => {
    const order = newId();
    const tries: string[] = [];
    await start(
      about(order, 'retry', async (version, { attempts }) => {
        tries.push(`${version}.${attempts}`);
        if (version === 1 && attempts < 3) throw new Error('not yet');
      }),
    );
    for (const version of [1, 2]) await publish(order, version);
    await eventually(() => expect(tries).toEqual(['1.1', '1.2', '1.3', '2.1']));
  });

  it('does not acknowledge before its handler is done: a process that dies leaves the event to the next', async () => {
    const order = newId();
    const tries: number[] = [];
    const dying = await connectNats({ url: nats.url, service: 'dying', log });
    const consumer = about(order, 'early', async (_, { attempts }) => {
      tries.push(attempts);
      if (attempts === 1) await new Promise(() => {});
    });
    await startConsumer({ broker: dying, service: 'shipping', consumer, log, ackWaitMs: 500 });
    await publish(order, 1);
    await eventually(() => expect(tries).toEqual([1]));
    await dying.close();
    stops.push((await startConsumer({ broker, service: 'shipping', consumer, log, ackWaitMs: 500 })).stop);
    await eventually(() => expect(tries).toEqual([1, 2]));
  });

  it('gives an event up after five tries, keeps it with its story, and goes on', async () => {
    const order = newId();
    const tries: string[] = [];
    await start(
      about(order, 'poison', async (version, { attempts }) => {
        tries.push(`${version}.${attempts}`);
        if (version === 1) throw new Error('cannot', { cause: new Error('no such pier') });
      }),
    );
    const row = await publish(order, 1);
    await publish(order, 2);
    await eventually(() => expect(tries).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5', '2.1']));
    const [dead] = await deadOf('poison', order);
    expect(dead).toMatchObject({
      id: row.id,
      attempts: 5,
      stream: 'ORDERS',
      streamSequence: expect.any(Number),
      error: 'Error: cannot <- Error: no such pier',
      headers: row.headers,
    });
    expect(dead && decoded(dead, [ShippedSchema])).toMatchObject({ orderId: order, version: '1' });
  });

  it('gives an event five tries in all across restarts, and counts none while it waits for its turn', async () => {
    const order = newId();
    const tries: string[] = [];
    const consumer = about(order, 'restarts', async (version, { attempts }) => {
      tries.push(`${version}.${attempts}`);
      throw new Error('cannot');
    });
    for (const version of [1, 2]) await publish(order, version);
    for (const life of [1, 2, 3, 4]) {
      const { stop } = await startConsumer({ broker, service: 'shipping', consumer, log, backOffMs: [60_000] });
      await eventually(() => expect(tries).toHaveLength(life));
      await stop();
    }
    await start(consumer);
    await eventually(async () => expect(await deadOf('restarts', order)).toHaveLength(2));
    expect(tries).toEqual([1, 2].flatMap((version) => [1, 2, 3, 4, 5].map((attempt) => `${version}.${attempt}`)));
    expect((await deadOf('restarts', order)).map((dead) => dead.attempts)).toEqual([5, 5]);
  });

  it('gives an event up that was never answered five times: its processes may have died of it', async () => {
    const order = newId();
    const tries: number[] = [];
    const consumer = about(order, 'deadly', async (_, { attempts }) => {
      tries.push(attempts);
      await new Promise(() => {});
    });
    await publish(order, 1);
    for (const life of [1, 2, 3, 4, 5]) {
      const dying = await connectNats({ url: nats.url, service: 'dying', log });
      await startConsumer({ broker: dying, service: 'shipping', consumer, log, ackWaitMs: 300 });
      await eventually(() => expect(tries).toHaveLength(life));
      await dying.close();
    }
    stops.push((await startConsumer({ broker, service: 'shipping', consumer, log, ackWaitMs: 300 })).stop);
    const [dead] = await eventually(async () => {
      const letters = await deadOf('deadly', order);
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(dead).toMatchObject({ attempts: 5, error: 'Error: Every try ended without an answer' });
    expect(tries).toEqual([1, 2, 3, 4, 5]);
  });

  it('replays a dead letter to the consumer that gave it up only, and once however often it is asked', async () => {
    const order = newId();
    let broken = true;
    const applied = new Set<string>();
    const bystander: number[] = [];
    await start(
      about(order, 'replay', async (_, meta) => {
        if (broken) throw new Error('broken');
        applied.add(meta.id);
      }),
    );
    await start(about(order, 'bystander', async (version) => void bystander.push(version)));
    const row = await publish(order, 1);
    const [dead] = await eventually(async () => {
      const letters = await deadOf('replay', order);
      expect(letters).toHaveLength(1);
      return letters;
    });
    broken = false;
    const sequence = dead?.sequence ?? 0;
    expect(
      await Promise.all([
        deadLetters(broker).replay(sequence),
        deadLetters(broker)
          .replay(sequence)
          .catch(() => true),
      ]),
    ).toContain(true);
    expect(await deadLetters(broker).replay(sequence)).toBe(false);
    await eventually(() => expect(applied).toEqual(new Set([row.id])));
    expect(await deadOf('replay', order)).toEqual([]);
    await publish(order, 2);
    await eventually(() => expect(bystander).toEqual([1, 2]));
  });

  it('discards a dead letter', async () => {
    const order = newId();
    await start(
      about(order, 'discard', async () => {
        throw new Error('never');
      }),
    );
    await publish(order, 1);
    const [dead] = await eventually(async () => {
      const letters = await deadOf('discard', order);
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(await deadLetters(broker).discard(dead?.sequence ?? 0)).toBe(true);
    expect(await deadLetters(broker).discard(dead?.sequence ?? 0)).toBe(false);
    expect(await deadOf('discard', order)).toEqual([]);
  });

  it('puts what it cannot decode with the dead letters at once, and skips types it does not know', async () => {
    const order = newId();
    const seen: number[] = [];
    const consumer = about(order, 'odd', async (version) => void seen.push(version));
    await start(consumer);
    await publish(order, 1, { payload: Uint8Array.of(0xff, 0xff, 0xff) });
    await publish(order, 2, { headers: { 'ce-type': 'tradewind.orders.events.v9.OrderTeleported' } });
    await publish(order, 3);
    await eventually(() => expect(seen).toEqual([3]));
    expect((await deadOf('odd', order)).map((dead) => dead.subject)).toEqual([order]);
  });

  it('takes a try that goes beyond its limit for a failed one, and ends what it still does', async () => {
    const order = newId();
    const tries: number[] = [];
    const ended: unknown[] = [];
    const slow = about(order, 'slow', async (_, { attempts }) => {
      tries.push(attempts);
      const { signal } = currentCall() as Work;
      signal.addEventListener('abort', () => ended.push(signal.reason));
      if (attempts < 3) await new Promise(() => {});
    });
    await start({ ...slow, limitMs: 100 });
    await publish(order, 1);
    await eventually(() => expect(tries).toEqual([1, 2, 3]));
    expect(ended).toEqual([expect.any(TimeIsUp), expect.any(TimeIsUp)]);
  });

  it('counts no try while the broker cannot tell how many there were', async () => {
    const order = newId();
    const tries: number[] = [];
    const untold = { left: 6 };
    const forgetful: Broker = {
      ...broker,
      consume: (plan, take) =>
        broker.consume(plan, (delivery) =>
          take({
            ...delivery,
            async tries() {
              if (delivery.headers['ce-subject'] === order && untold.left-- > 0) throw new Error('the bucket is away');
              return delivery.tries();
            },
          }),
        ),
    };
    const consumer = about(order, 'untold', async (_, { attempts }) => void tries.push(attempts));
    await publish(order, 1);
    const started = await startConsumer({ broker: forgetful, service: 'shipping', consumer, log, ackWaitMs: 500 });
    stops.push(started.stop);
    await eventually(() => expect(tries).toEqual([1]), { timeoutMs: 20_000 });
  }, 30_000);

  it('goes on by itself after the broker was killed and started again', async () => {
    const order = newId();
    const seen: number[] = [];
    await start(about(order, 'crash', async (version) => void seen.push(version)));
    await publish(order, 1);
    await eventually(() => expect(seen).toEqual([1]));
    await nats.crash();
    await eventually(() => publish(order, 2), { timeoutMs: 15_000 });
    await eventually(() => expect(new Set(seen)).toEqual(new Set([1, 2])), { timeoutMs: 15_000 });
  });

  it('that ends amid a flow of events leaves none for later, and none done twice: its successor goes on at once', async () => {
    const run = newId();
    const seen: number[] = [];
    const handler = on(ShippedSchema, async (event) => {
      if (!event.orderId.startsWith(run)) return;
      seen.push(Number(event.version));
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const consumer = { name: `flow-${run}`, subjects: [handler] };
    /** As a process has it: with a connection of its own, which ends after the consumer. */
    async function begin(): Promise<() => Promise<void>> {
      const own = await connectNats({ url: nats.url, service: 'test', log });
      const { stop } = await startConsumer({ broker: own, service: 'shipping', consumer, log });
      return async () => {
        await stop();
        await own.close();
      };
    }
    let end = await begin();
    const published = Promise.all(Array.from({ length: 1200 }, (_, n) => publish(`${run}/${n % 40}`, n)));
    for (const share of [100, 300, 500, 700, 900]) {
      await eventually(() => expect(seen.length).toBeGreaterThan(share));
      await end();
      end = await begin();
    }
    await published;
    // The broker alone would bring what it believes to be in hand after ten seconds.
    await eventually(() => expect(new Set(seen).size).toBe(1200), { timeoutMs: 3000 });
    await end();
    expect(seen).toHaveLength(1200);
  });
});
