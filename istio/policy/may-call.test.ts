import { expect, test } from 'vitest';
import type { Manifest } from '../generate/manifest.ts';
import { readTopology } from '../generate/topology.ts';
import { buildOverlay, buildScenario } from '../manifests.ts';
import { callerOf } from './callers.ts';
import { clusterOf } from './cluster.ts';
import { mayCall } from './may-call.ts';

const topology = readTopology();
const production = buildOverlay('production');

/** May orders authorize a payment? */
function mayOrdersPay(manifests: readonly Manifest[]) {
  const cluster = clusterOf(manifests);
  const path = '/tradewind.payments.v1.PaymentsService/AuthorizePayment';
  const caller = callerOf(cluster, 'orders', topology);
  return mayCall(cluster, { caller, callee: 'payments', path, clusterDomain: topology.clusterDomain });
}

const without = (kind: string, name: string) =>
  production.filter((manifest) => manifest.kind !== kind || manifest.metadata?.name !== name);

test('the object that allows the call is named', () => {
  expect(mayOrdersPay(production)).toMatchObject({ allowed: true, by: 'AuthorizationPolicy tradewind/payments' });
});

test.each([
  ['AuthorizationPolicy', 'payments', 'authorization', 'AuthorizationPolicy tradewind/deny-all'],
  ['NetworkPolicy', 'orders', 'way out', 'NetworkPolicy tradewind/deny-all'],
  ['NetworkPolicy', 'payments', 'way in', 'NetworkPolicy tradewind/deny-all'],
  ['Sidecar', 'orders', 'scope', 'Sidecar tradewind/default'],
])('without the %s %s the %s is closed', (kind, name, gate, by) => {
  const { allowed, gates } = mayOrdersPay(without(kind, name));
  expect(allowed).toBe(false);
  expect(gates.filter((each) => !each.allowed)).toEqual([
    expect.objectContaining({ gate, by: expect.stringContaining(by) }),
  ]);
});

test('a policy that denies decides against those that allow', () => {
  const deny = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'frozen', namespace: 'istio-system' },
    spec: { action: 'DENY', rules: [{ from: [{ source: { principals: ['*/sa/orders'] } }] }] },
  };
  expect(mayOrdersPay([...production, deny])).toMatchObject({
    allowed: false,
    by: 'AuthorizationPolicy istio-system/frozen',
    why: 'it denies the request',
  });
});

test('pods of every version behind an address must let the call in', () => {
  const scenario = buildScenario('mirror');
  const [next] = scenario.filter(({ kind, metadata }) => kind === 'Deployment' && metadata?.name === 'orders-next');
  expect(next).toBeDefined();
  const cluster = clusterOf([
    ...scenario,
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'hidden', namespace: 'tradewind' },
      spec: { action: 'DENY', selector: { matchLabels: { app: 'orders', track: 'next' } }, rules: [{}] },
    },
  ]);
  const caller = callerOf(cluster, 'gateway', topology);
  const path = '/tradewind.orders.v1.OrdersService/PlaceOrder';
  const answer = mayCall(cluster, { caller, callee: 'orders', path, clusterDomain: topology.clusterDomain });
  expect(answer).toMatchObject({ allowed: false, by: 'AuthorizationPolicy tradewind/hidden' });
});
