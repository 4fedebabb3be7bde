import { expect, test } from 'vitest';
import { routeTaken } from '../policy/routes.ts';
import { authorizationPolicy } from './authorization-policy.ts';
import { carriage } from './http-route.ts';
import { type MeshRpc, readMesh } from './mesh.ts';
import { principalOf } from './names.ts';
import { restExample } from './rest-route.ts';
import { versions } from './scenarios/versions.ts';
import { readTopology } from './topology.ts';
import { edgeVirtualService } from './virtual-service.ts';

const mesh = readMesh();
const topology = readTopology();

const rpcs = mesh.flatMap((service) => service.rpcs);
const named = (name: string): MeshRpc => {
  const found = rpcs.find((rpc) => rpc.path.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`there is no RPC ${name}`);
  return found;
};

test('a proxy repeats an idempotent call once, and leaves it time for both tries', () => {
  expect(carriage(named('PlaceOrder'))).toEqual({
    timeout: '10s',
    retries: { attempts: 1, perTryTimeout: '5s', retryOn: 'connect-failure,refused-stream' },
  });
});

test('a proxy never repeats a call that is not idempotent, nor a stream', () => {
  const unrepeatable = rpcs.filter(({ idempotent, unary }) => !idempotent || !unary);
  expect(unrepeatable.map(({ name }) => name)).toContain('identity.v1.IdentityService/Login');
  expect(unrepeatable.filter((rpc) => carriage(rpc).retries.attempts !== 0)).toEqual([]);
});

test('a stream without a deadline is never cut off', () => {
  expect(carriage(named('WatchOrder')).timeout).toBe('0s');
});

test('an RPC may be called by the accounts of its allowed callers and no other', () => {
  const payments = mesh.filter(({ name }) => name === 'payments');
  const rules = payments.flatMap((node) => authorizationPolicy(node, mesh, topology).spec?.rules ?? []);
  const authorize = rules.filter(({ to }) => to?.[0]?.operation?.paths?.includes(named('AuthorizePayment').path));
  expect(authorize).toEqual([
    {
      from: [{ source: { principals: [principalOf('orders', topology.namespace, topology)] } }],
      to: [{ operation: { methods: ['POST'], ports: ['9090'], paths: [named('AuthorizePayment').path] } }],
    },
  ]);
});

test('what is for services only cannot be reached from outside', () => {
  expect(named('BatchGetUsers').exposed).toBe(false);
  expect(named('AuthorizePayment').exposed).toBe(false);
  expect(named('PlaceOrder').exposed).toBe(true);
});

test('only calls that change nothing are mirrored', () => {
  const orders = mesh.filter(({ name }) => name === 'orders').flatMap((node) => [...versions(node, topology)]);
  const [, mirror = ''] = orders.find(([path]) => path === 'scenarios/mirror/kustomization.yaml') ?? [];
  const routes = mirror.split(/(?=^ +- name: )/m).filter((route) => route.includes('mirror:'));
  expect(routes.length).toBeGreaterThan(3);
  expect(routes.filter((route) => /name: .*\/(PlaceOrder|CancelOrder|SetCartItem)/.test(route))).toEqual([]);
});

test('a call by plain HTTP from outside takes the route of its RPC', () => {
  const { production } = topology.environments;
  const http = mesh
    .filter(({ edge }) => edge)
    .flatMap((gateway) => edgeVirtualService(gateway, mesh, topology, production).spec?.http ?? []);
  const calls = rpcs
    .filter(({ exposed }) => exposed)
    .flatMap(({ name, rest }) => rest.map(({ method, template }) => ({ name, method, path: restExample(template) })));
  expect(calls.length).toBeGreaterThan(40);
  expect(calls.map(({ path, method }) => routeTaken(http, path, method)?.name)).toEqual(calls.map(({ name }) => name));
});

test('every version of a contract that a service serves has its routes', () => {
  const placing = rpcs.filter(({ path }) => path.endsWith('/PlaceOrder')).map(({ path }) => path);
  expect(placing).toEqual([
    '/tradewind.orders.v1.OrdersService/PlaceOrder',
    '/tradewind.orders.v2.OrdersService/PlaceOrder',
  ]);
});
