import { expect, test } from 'vitest';
import type { Row } from '../verify/matrix.ts';
import type { Version } from './environments.ts';
import { obstaclesOf } from './judge.ts';

const orders: Version = { contractHash: 'orders-1', pactHashes: { payments: 'pact-1' } };
const payments: Version = { contractHash: 'payments-1', pactHashes: {} };
const current = { orders, payments };
const row: Row = {
  ...{ consumer: 'orders', provider: 'payments', pactHash: 'pact-1', contractHash: 'payments-1' },
  ...{ interactions: 1, result: 'verified', failures: [], pending: [] },
};
const pair = { consumer: 'orders', provider: 'payments' };

test('a service whose pacts and whose callers’ pacts were verified can be deployed', () => {
  expect(obstaclesOf('orders', { current, there: current, matrix: [row] })).toEqual([]);
  expect(obstaclesOf('payments', { current, there: current, matrix: [row] })).toEqual([]);
});

test('a pact that failed stands in the way of both, with the first failure', () => {
  const matrix: Row[] = [{ ...row, result: 'failed', failures: ['orders needs of AuthorizePayment: state'] }];
  for (const service of ['orders', 'payments']) {
    const [obstacle] = obstaclesOf(service, { current, there: current, matrix });
    expect(obstacle).toMatchObject({ ...pair, why: expect.stringContaining('orders needs of AuthorizePayment') });
  }
});

test.each([
  ['there is no result of this pair', []],
  ['the pact is another than the one verified', [{ ...row, pactHash: 'pact-0' }]],
  ['the contract of the provider is another than the one verified', [{ ...row, contractHash: 'payments-0' }]],
])('results of something else count for nothing: %s', (why, matrix) => {
  const [obstacle] = obstaclesOf('orders', { current, there: current, matrix });
  expect(obstacle).toEqual({ ...pair, why: `not verified: ${why}`, todo: expect.stringContaining('npm run pacts') });
});

test('what is deployed elsewhere is judged by the version that is there', () => {
  const older = { ...payments, contractHash: 'payments-0' };
  const there = { orders, payments: older };
  expect(obstaclesOf('orders', { current, there, matrix: [row] })).toMatchObject([pair]);
  const verifiedWithIt = { ...row, contractHash: 'payments-0' };
  expect(obstaclesOf('orders', { current, there, matrix: [row, verifiedWithIt] })).toEqual([]);
});

test('a provider that is not there yet has to go first', () => {
  const obstacles = obstaclesOf('orders', { current, there: {}, matrix: [row] });
  expect(obstacles).toEqual([{ ...pair, why: 'payments is not there', todo: 'deploy payments first' }]);
});

test('a caller that is not there holds nobody to its pact', () => {
  expect(obstaclesOf('payments', { current, there: {}, matrix: [] })).toEqual([]);
});
