import { expect, test } from 'vitest';
import { type MeshRpc, readMesh } from '../mesh.ts';
import { readTopology } from '../topology.ts';
import { objectives } from './objectives.ts';

const topology = readTopology();
const [orders] = readMesh().filter(({ name }) => name === 'orders');
if (orders === undefined) throw new Error('there are no orders');

test('a version is judged by what its contract promises, RPCs with another promise apart', () => {
  const strict = { availabilityPercent: 99.99, p95Ms: 200 };
  const rpcs = orders.rpcs.map((rpc): MeshRpc => (rpc.name.endsWith('/PlaceOrder') ? { ...rpc, slo: strict } : rpc));
  const { metrics } = objectives({ ...orders, rpcs }, topology).spec;
  const own = metrics.filter(({ provider }) => provider.prometheus.query.includes('OrdersService/PlaceOrder'));
  expect(own.map(({ successCondition }) => successCondition)).toEqual([
    'len(result) == 0 || isNaN(result[0]) || result[0] >= 0.9999',
    'len(result) == 0 || isNaN(result[0]) || result[0] <= 0.2',
  ]);
  const others = metrics.filter((metric) => !own.includes(metric));
  expect(others.map(({ successCondition }) => successCondition)).toEqual([
    'len(result) == 0 || isNaN(result[0]) || result[0] >= 0.999',
    'len(result) == 0 || isNaN(result[0]) || result[0] <= 0.5',
  ]);
});

test('how long a stream lasts says nothing of a version', () => {
  const queries = JSON.stringify(objectives(orders, topology));
  expect(queries).not.toContain('WatchOrder');
});
