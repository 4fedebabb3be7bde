import { connect, type NatsConnection } from 'nats';
import { Histogram, Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../life-cycle.ts';
import { Health } from '../rpc/health.ts';
import { eventually } from '../testing/eventually.ts';
import { startNats, type TestNats } from '../testing/nats.ts';
import { quietLog } from '../testing/quiet-log.ts';
import { INTROSPECT } from './answer.ts';
import { answerIntrospection } from './answer-introspection.ts';
import { askInstances } from './ask-instances.ts';
import { figuresOf } from './figures.ts';

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

function instance(service: string, name: string): Running {
  const broken = { name: 'postgres', critical: true, check: () => Promise.reject(new Error('gone')) };
  const health = new Health(service === 'orders' ? [broken] : []);
  health.enter('serving');
  return answerIntrospection({ url: nats.url, service, version: '1.2.3', health, log: quietLog, instance: name });
}

test('each instance answers once, with what it needs and how that is, and no more once it stopped', async () => {
  const running = [instance('orders', 'box/1'), instance('orders', 'box/2'), instance('catalog', 'box/3')];
  const ask = async () => (await askInstances(connection)).map(({ service, instance: id }) => `${service} ${id}`);
  await eventually(async () => expect(await ask()).toEqual(['catalog box/3', 'orders box/1', 'orders box/2']));
  const [catalog, orders] = await askInstances(connection, 3);
  expect(catalog).toMatchObject({ version: '1.2.3', ready: true, phase: 'serving', dependencies: [] });
  expect(orders).toMatchObject({ ready: false, dependencies: [{ name: 'postgres', state: 'down', problem: 'gone' }] });
  await running.shift()?.stop();
  expect(await ask()).toEqual(['catalog box/3', 'orders box/2']);
  for (const each of running) await each.stop();
  expect(await ask()).toEqual([]);
});

test('an answer that makes no sense is passed over', async () => {
  const nonsense = connection.subscribe(INTROSPECT, { callback: (_, message) => message.respond('{"service":1}') });
  expect(await askInstances(connection, 1)).toEqual([]);
  nonsense.unsubscribe();
});

test('an instance answers again after the broker was away', async () => {
  const running = instance('catalog', 'box/1');
  await eventually(async () => expect(await askInstances(connection, 1)).toHaveLength(1));
  await nats.crash();
  await eventually(async () => expect(await askInstances(connection, 1)).toHaveLength(1));
  await running.stop();
});

test('figures name each bound once and leave out what nobody reads', async () => {
  const registry = new Registry();
  const spread = { help: 'A test.', labelNames: ['rpc'], buckets: [0.1, 1], registers: [registry] };
  const told = new Histogram({ name: 'tradewind_test_seconds', ...spread });
  new Histogram({ name: 'foreign_test_seconds', ...spread });
  registry.setDefaultLabels({ service: 'test', version: '1' });
  for (const seconds of [0.05, 0.5, 5]) told.observe({ rpc: 'Do' }, seconds);
  expect(await figuresOf(registry)).toEqual({
    values: {},
    spreads: {
      tradewind_test_seconds: { bounds: [0.1, 1], series: [{ labels: { rpc: 'Do' }, counts: [1, 2, 3], sum: 5.55 }] },
    },
  });
});
