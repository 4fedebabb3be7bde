/** What every broker promises. The one in memory and the real one run the same suite, so that a test with the former tells something about the latter. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broker, ConsumerPlan, Delivery, EventMessage } from '../events/broker.ts';
import { newId } from '../ids.ts';
import { eventually } from './eventually.ts';

export function brokerLaws(name: string, open: () => Promise<{ broker: Broker; close(): Promise<void> }>): void {
  describe(`${name} keeps the laws of a broker`, () => {
    let broker: Broker;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ broker, close } = await open());
    });
    afterAll(() => close());

    /** A stream of this law alone, and a plan to read it. */
    async function aStream(): Promise<{ stream: string; plan(change?: Partial<ConsumerPlan>): ConsumerPlan }> {
      const stream = `LAW_${newId().replaceAll('-', '')}`;
      await broker.ensureStream({ name: stream, subjects: [`${stream}.>`], retentionDays: 1 });
      const plan = { stream, durable: 'reader', subjects: [`${stream}.>`], maxInFlight: 100, ackWaitMs: 1000 };
      return { stream, plan: (change = {}) => ({ ...plan, ...change }) };
    }

    function message(stream: string, text: string, change: Partial<EventMessage> = {}): EventMessage {
      const payload = new TextEncoder().encode(text);
      return { id: newId(), subject: `${stream}.fact`, headers: { 'ce-subject': 'a' }, payload, ...change };
    }

    const text = (delivery: { payload: Uint8Array }) => new TextDecoder().decode(delivery.payload);

    /** Reads into a list, acknowledging each unless told otherwise. */
    async function read(plan: ConsumerPlan, acknowledge: (delivery: Delivery) => boolean = () => true) {
      const seen: Delivery[] = [];
      const consumption = await broker.consume(plan, (delivery) => {
        seen.push(delivery);
        if (acknowledge(delivery)) delivery.ack();
      });
      return { seen, texts: () => seen.map(text), stop: () => consumption.stop() };
    }

    it('hands out messages in the order they were stored, with headers and payload, also those stored before it was asked', async () => {
      const { stream, plan } = await aStream();
      await broker.publish(message(stream, 'first', { headers: { 'ce-id': 'e1', 'ce-subject': 'a' } }));
      const reader = await read(plan());
      for (const each of ['second', 'third']) await broker.publish(message(stream, each));
      await eventually(() => expect(reader.texts()).toEqual(['first', 'second', 'third']));
      expect(reader.seen[0]).toMatchObject({ stream, subject: `${stream}.fact`, sequence: 1, deliveries: 1 });
      expect(reader.seen[0]?.headers).toMatchObject({ 'ce-id': 'e1', 'ce-subject': 'a' });
      await reader.stop();
    });

    it('stores two messages with one id once', async () => {
      const { stream, plan } = await aStream();
      const once = message(stream, 'once');
      await broker.publish(once);
      await broker.publish(once);
      await broker.publish(message(stream, 'end'));
      const reader = await read(plan());
      await eventually(() => expect(reader.texts()).toEqual(['once', 'end']));
      await reader.stop();
    });

    it('hands a message out again when it is not acknowledged in time, and counts', async () => {
      const { stream, plan } = await aStream();
      const reader = await read(plan(), (delivery) => delivery.deliveries === 2);
      await broker.publish(message(stream, 'again'));
      await eventually(() => expect(reader.seen.map((each) => each.deliveries)).toEqual([1, 2]));
      await reader.stop();
    });

    it('hands a message out again soon when it is given back', async () => {
      const { stream, plan } = await aStream();
      const reader = await read(plan({ ackWaitMs: 60_000 }), (delivery) => {
        if (delivery.deliveries === 1) void delivery.giveBack(0);
        return delivery.deliveries === 2;
      });
      await broker.publish(message(stream, 'back'));
      await eventually(() => expect(reader.seen.map((each) => each.deliveries)).toEqual([1, 2]));
      await reader.stop();
    });

    it('hands to the next reader at once what one gave back while it stopped, in the order it was given back', async () => {
      const { stream, plan } = await aStream();
      const texts = Array.from({ length: 50 }, (_, n) => String(n));
      for (const each of texts) await broker.publish(message(stream, each));
      const patient = plan({ ackWaitMs: 60_000 });
      for (let round = 0; round < 3; round++) {
        const reader = await read(patient, () => false);
        await eventually(() => expect(reader.texts()).toEqual(texts));
        const stopped = reader.stop();
        await Promise.all(reader.seen.map((delivery) => delivery.giveBack(0)));
        await stopped;
        expect(reader.seen).toHaveLength(50);
      }
      const next = await read(patient);
      await eventually(() => expect(next.texts()).toEqual(texts), { timeoutMs: 1000 });
      await next.stop();
    });

    it('counts as tries what was never answered, and of what was given back only what failed', async () => {
      const { stream, plan } = await aStream();
      const tries: number[] = [];
      const reader = await read(plan({ ackWaitMs: 500 }), () => false);
      async function next(): Promise<Delivery> {
        const delivery = await eventually(() => {
          expect(reader.seen).toHaveLength(tries.length + 1);
          return reader.seen[tries.length] as Delivery;
        });
        tries.push(await delivery.tries());
        return delivery;
      }
      await broker.publish(message(stream, 'tried'));
      await (await next()).giveBack(0);
      await (await next()).giveBack(0);
      await next();
      await next();
      await (await next()).giveBack(2);
      await (await next()).giveBack(0);
      const last = await next();
      last.ack();
      expect(tries).toEqual([0, 0, 0, 1, 2, 4, 4]);
      expect(last.deliveries).toBe(7);
      await reader.stop();
    });

    it('counts the tries of each reader by themselves', async () => {
      const { stream, plan } = await aStream();
      await broker.publish(message(stream, 'shared'));
      for (const durable of ['a', 'b']) {
        const reader = await read(plan({ durable }), ({ deliveries }) => deliveries === 2);
        await eventually(() => expect(reader.seen).toHaveLength(1));
        await reader.seen[0]?.giveBack(durable === 'a' ? 3 : 0);
        await eventually(() => expect(reader.seen).toHaveLength(2));
        expect(await reader.seen[1]?.tries()).toBe(durable === 'a' ? 3 : 0);
        await reader.stop();
      }
    });

    it('waits longer while it hears that a message is being worked on', async () => {
      const { stream, plan } = await aStream();
      const reader = await read(plan(), (delivery) => text(delivery) !== 'slow');
      await broker.publish(message(stream, 'slow'));
      await eventually(() => expect(reader.texts()).toEqual(['slow']));
      const started = Date.now();
      await eventually(
        () => {
          reader.seen[0]?.working();
          expect(Date.now() - started).toBeGreaterThan(2000);
        },
        { everyMs: 100 },
      );
      expect(reader.texts()).toEqual(['slow']);
      reader.seen[0]?.ack();
      await reader.stop();
    });

    it('remembers under a name what was acknowledged, and goes on after it', async () => {
      const { stream, plan } = await aStream();
      const before = await read(plan());
      await broker.publish(message(stream, 'one'));
      await eventually(() => expect(before.texts()).toEqual(['one']));
      await before.stop();
      await broker.publish(message(stream, 'two'));
      const after = await read(plan());
      await eventually(() => expect(after.texts()).toEqual(['two']));
      expect(before.texts()).toEqual(['one']);
      await after.stop();
    });

    it('gives every name every message', async () => {
      const { stream, plan } = await aStream();
      const readers = [await read(plan({ durable: 'a' })), await read(plan({ durable: 'b' }))];
      await broker.publish(message(stream, 'news'));
      await eventually(() => expect(readers.map((reader) => reader.texts())).toEqual([['news'], ['news']]));
      await Promise.all(readers.map((reader) => reader.stop()));
    });

    it('gives a reader only the subjects it asked for', async () => {
      const { stream, plan } = await aStream();
      const reader = await read(plan({ subjects: [`${stream}.wanted`, `${stream}.too`] }));
      for (const subject of ['wanted', 'unwanted', 'too'])
        await broker.publish(message(stream, subject, { subject: `${stream}.${subject}` }));
      await eventually(() => expect(reader.texts()).toEqual(['wanted', 'too']));
      await reader.stop();
    });

    it('holds back while too many are unacknowledged', async () => {
      const { stream, plan } = await aStream();
      const reader = await read(plan({ maxInFlight: 2, ackWaitMs: 60_000 }), () => false);
      for (const each of ['1', '2', '3']) await broker.publish(message(stream, each));
      await eventually(() => expect(reader.texts()).toEqual(['1', '2']));
      reader.seen[0]?.ack();
      await eventually(() => expect(reader.texts()).toEqual(['1', '2', '3']));
      await reader.stop();
    });

    it('shows what it stores, finds one by its number, and removes it', async () => {
      const { stream } = await aStream();
      for (const each of ['x', 'y', 'z']) await broker.publish(message(stream, each, { subject: `${stream}.${each}` }));
      const shown: string[] = [];
      for await (const stored of broker.stored(stream, [`${stream}.y`, `${stream}.z`])) shown.push(text(stored));
      expect(shown).toEqual(['y', 'z']);
      const found = await broker.find(stream, 2);
      expect(found && text(found)).toBe('y');
      await Promise.all([broker.remove(stream, 2), broker.remove(stream, 2)]);
      expect(await broker.find(stream, 2)).toBeUndefined();
      for await (const stored of broker.stored(stream, [`${stream}.y`])) throw new Error(`shows ${text(stored)}`);
    });

    it('makes a stream anew without losing what it holds', async () => {
      const { stream } = await aStream();
      await broker.publish(message(stream, 'kept'));
      await broker.ensureStream({ name: stream, subjects: [`${stream}.>`], retentionDays: 2 });
      expect(await broker.find(stream, 1)).toBeDefined();
    });

    it('answers a ping', async () => {
      await expect(broker.ping()).resolves.toBeUndefined();
    });
  });
}
