import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { answerTo } from './question.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

const AUTHORIZE = 'tradewind.payments.v1.PaymentsService/AuthorizePayment';

const asCommand = (...parameters: string[]) => spawnSync(process.execPath, [main, ...parameters], { encoding: 'utf8' });

test('says yes, and which manifest says so', () => {
  const { status, stdout } = asCommand('orders', AUTHORIZE, '--overlay', 'dev');
  expect(stdout).toMatch(/^May orders call .* in dev\? Yes, says AuthorizationPolicy tradewind\/payments\.\n/);
  expect(status).toBe(0);
});

test('says no, and what stands in the way', () => {
  const { status, told } = answerTo(['catalog', AUTHORIZE]);
  expect(told).toMatch(/^May catalog call .* in production\? No, says Sidecar tradewind\/catalog\.\n/);
  expect(told).toMatch(
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
  const { status, told } = answerTo(parameters);
  expect(status).toBe(2);
  expect(told).toContain(message);
});

test('what is wrong with a question is no answer: it goes to where errors go', () => {
  expect(asCommand('orders')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage: ') });
});
