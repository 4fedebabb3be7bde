import { type Broker, BrokerUnavailable } from './broker.ts';

/** Stands for a broker that is not there yet, so that a service can start without it: publications fail for now, everything else waits. */
export function waitingBroker(coming: Promise<Broker>): Broker {
  let broker: Broker | undefined;
  coming.then(
    (arrived) => {
      broker = arrived;
    },
    () => undefined,
  );
  const present = (): Broker => {
    if (!broker) throw new BrokerUnavailable('not connected yet');
    return broker;
  };
  return {
    publish: async (message) => present().publish(message),
    ping: async () => present().ping(),
    ensureStream: async (plan) => (await coming).ensureStream(plan),
    consume: async (plan, take) => (await coming).consume(plan, take),
    find: async (stream, sequence) => (await coming).find(stream, sequence),
    remove: async (stream, sequence) => (await coming).remove(stream, sequence),
    async *stored(stream, subjects) {
      yield* (await coming).stored(stream, subjects);
    },
    close: async () => broker?.close(),
  };
}
