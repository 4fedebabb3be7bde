import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startNats, type TestNats } from '../testing/nats.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import type { Broker } from './broker.ts';
import { natsBroker } from './nats-broker.ts';
import { natsConsumption } from './nats-consumption.ts';

let nats: TestNats;
let connection: NatsConnection;
let broker: Broker;

beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url });
  broker = await natsBroker(connection, log);
});
afterAll(async () => {
  await broker.close();
  await nats.stop();
});

test('restarts at once, as after connections lost one after the other, leave one reading, which ends when it is stopped', async () => {
  const subjects = ['RESTARTS.>'];
  await broker.ensureStream({ name: 'RESTARTS', subjects, retentionDays: 1 });
  const taken: number[] = [];
  const jetstream = connection.jetstream();
  const manager = await connection.jetstreamManager();
  const consumption = await natsConsumption({
    jetstream,
    manager,
    plan: { stream: 'RESTARTS', durable: 'reader', subjects, maxInFlight: 10, ackWaitMs: 60_000 },
    take(delivery) {
      taken.push(delivery.sequence);
      delivery.ack();
    },
    connected: () => true,
  });
  const publish = (id: string) =>
    broker.publish({ id, subject: 'RESTARTS.fact', headers: {}, payload: Uint8Array.of(1) });
  const pulls = async () => (await manager.consumers.info('RESTARTS', 'reader')).num_waiting;

  // So many that the broker's answers to some come together.
  await Promise.all(Array.from({ length: 10 }, () => consumption.restart()));
  await publish('while it reads');
  await eventually(() => expect(taken).toEqual([1]));
  expect(await pulls()).toBe(1);

  await consumption.stop();
  await eventually(async () => expect(await pulls()).toBe(0));
  await publish('when it has stopped');
  expect((await manager.consumers.info('RESTARTS', 'reader')).num_pending).toBe(1);
  expect(taken).toEqual([1]);
});
