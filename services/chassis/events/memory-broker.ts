/** A broker in memory, for tests that need no server. It keeps the laws of the real one, except that it forgets when the process ends. */
import type { Broker, ConsumerPlan, Delivery, EventMessage, StoredMessage, StreamPlan } from './broker.ts';
import { type GivenBack, triesBefore } from './given-back.ts';

interface Stream {
  plan: StreamPlan;
  messages: StoredMessage[];
  last: number;
  ids: Set<string>;
}

interface Durable {
  plan: ConsumerPlan;
  acknowledged: Set<number>;
  deliveries: Map<number, number>;
  givenBack: Map<number, GivenBack>;
  out: Map<number, NodeJS.Timeout>;
  takers: ((delivery: Delivery) => void)[];
}

export function memoryBroker(): Broker {
  const streams = new Map<string, Stream>();
  const durables = new Map<string, Durable>();

  function streamFor(subject: string): Stream {
    for (const stream of streams.values())
      if (stream.plan.subjects.some((each) => covers(each, subject))) return stream;
    throw new Error(`No stream keeps ${subject}`);
  }

  function hand(durable: Durable): void {
    const taker = durable.takers[0];
    if (!taker) return;
    for (const message of streams.get(durable.plan.stream)?.messages ?? []) {
      if (durable.out.size >= durable.plan.maxInFlight) return;
      if (durable.acknowledged.has(message.sequence) || durable.out.has(message.sequence)) continue;
      if (!durable.plan.subjects.some((each) => covers(each, message.subject))) continue;
      deliver(durable, message, taker);
    }
  }

  function deliver(durable: Durable, message: StoredMessage, taker: (delivery: Delivery) => void): void {
    const { sequence } = message;
    const deliveries = (durable.deliveries.get(sequence) ?? 0) + 1;
    durable.deliveries.set(sequence, deliveries);
    const takeBack = () => {
      clearTimeout(durable.out.get(sequence));
      durable.out.delete(sequence);
      queueMicrotask(() => hand(durable));
    };
    const working = () => {
      clearTimeout(durable.out.get(sequence));
      durable.out.set(sequence, setTimeout(takeBack, durable.plan.ackWaitMs).unref());
    };
    working();
    const ack = () => {
      durable.acknowledged.add(sequence);
      takeBack();
    };
    const tries = async () => triesBefore(deliveries, durable.givenBack.get(sequence));
    const giveBack = async (failed: number) => {
      durable.givenBack.set(sequence, { deliveries, tries: (await tries()) + failed });
      takeBack();
    };
    queueMicrotask(() => taker({ ...message, deliveries, tries, ack, giveBack, working }));
  }

  return {
    async ensureStream(plan) {
      const known = streams.get(plan.name);
      if (known) known.plan = plan;
      else streams.set(plan.name, { plan, messages: [], last: 0, ids: new Set() });
    },

    async publish({ id, subject, headers, payload }: EventMessage) {
      const stream = streamFor(subject);
      if (stream.ids.has(id)) return;
      stream.ids.add(id);
      const sequence = ++stream.last;
      const stored = { 'Nats-Msg-Id': id, ...headers };
      stream.messages.push({
        subject,
        headers: stored,
        payload,
        stream: stream.plan.name,
        sequence,
        storedAt: new Date(),
      });
      for (const durable of durables.values()) hand(durable);
    },

    async consume(plan, take) {
      const key = `${plan.stream}/${plan.durable}`;
      const durable: Durable = durables.get(key) ?? {
        plan,
        acknowledged: new Set(),
        deliveries: new Map(),
        givenBack: new Map(),
        out: new Map(),
        takers: [],
      };
      durables.set(key, durable);
      durable.plan = plan;
      durable.takers.push(take);
      hand(durable);
      return {
        async stop() {
          durable.takers = durable.takers.filter((each) => each !== take);
        },
      };
    },

    async *stored(name, subjects) {
      const messages = streams.get(name)?.messages ?? [];
      for (const message of [...messages]) if (subjects.some((each) => covers(each, message.subject))) yield message;
    },

    async find(name, sequence) {
      return streams.get(name)?.messages.find((message) => message.sequence === sequence);
    },

    async remove(name, sequence) {
      const stream = streams.get(name);
      if (stream) stream.messages = stream.messages.filter((message) => message.sequence !== sequence);
    },

    async ping() {},

    async close() {
      for (const durable of durables.values()) for (const timer of durable.out.values()) clearTimeout(timer);
      durables.clear();
    },
  };
}

/** Whether a subject filter (`*` one token, `>` the rest) covers a subject. */
function covers(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const given = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index;
    if (given[index] === undefined || (token !== '*' && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}
