import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

function ask(...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...parameters], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('says yes, and which manifest says so', () => {
  const { status, stdout } = ask(
    'orders',
    'tradewind.payments.v1.PaymentsService/AuthorizePayment',
    '--overlay',
    'dev',
  );
  expect(stdout).toMatch(/^May orders call .* in dev\? Yes, says AuthorizationPolicy tradewind\/payments\.\n/);
  expect(status).toBe(0);
});

test('says no, and what stands in the way', () => {
  const { status, stdout } = ask('catalog', 'tradewind.payments.v1.PaymentsService/AuthorizePayment');
  expect(stdout).toMatch(/^May catalog call .* in production\? No, says Sidecar tradewind\/catalog\.\n/);
  expect(stdout).toMatch(
    /authorization +no +AuthorizationPolicy tradewind\/deny-all, AuthorizationPolicy tradewind\/payments:/,
  );
  expect(status).toBe(1);
});

test.each([
  [['order', 'x'], 'There is no caller order: there are catalog, gateway,'],
  [['orders', 'AuthorisePayment'], 'There is no RPC AuthorisePayment.'],
  [['orders', 'tradewind.payments.v1.PaymentsService/Pay'], 'tradewind.payments.v1.PaymentsService/AuthorizePayment\n'],
  [['orders', 'x', '--overlay', 'prod'], 'There is no overlay prod: there are dev, staging, production.'],
  [['orders'], 'Usage: node istio/policy/main.ts CALLER RPC'],
  [['orders', 'x', '--env', 'dev'], 'Usage: node istio/policy/main.ts CALLER RPC'],
])('tells what is wrong with %j', (parameters, message) => {
  const { status, stderr, stdout } = ask(...parameters);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
