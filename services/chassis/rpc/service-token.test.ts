import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ConfigError } from '../config.ts';
import { eventually } from '../testing/eventually.ts';
import { quietLog } from '../testing/quiet-log.ts';
import { clientCredentials, serviceTokenOf } from './service-token.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

/** An authorization server that numbers its tokens, each good for 1000 s. */
async function server() {
  const state = { asked: [] as { authorization: string | undefined; body: string }[], status: 200, url: '' };
  const http = createServer((request, response) => {
    void text(request).then((body) => {
      state.asked.push({ authorization: request.headers.authorization, body });
      response.statusCode = state.status;
      response.end(JSON.stringify({ access_token: `t${state.asked.length}`, expires_in: 1000 }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  state.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  return state;
}

async function started() {
  const from = await server();
  const failures: unknown[] = [];
  const token = clientCredentials({
    url: from.url,
    clientId: 'orders',
    secret: 'se:cret',
    onFailure: (error) => failures.push(error),
  });
  return { from, token, failures };
}

test('a token is fetched once for all who need it, with the credentials', async () => {
  const { from, token } = await started();
  expect(await Promise.all([token(), token(), token()])).toEqual(['t1', 't1', 't1']);
  expect(await token()).toBe('t1');
  const authorization = `Basic ${Buffer.from('orders:se%3Acret').toString('base64')}`;
  expect(from.asked).toEqual([{ authorization, body: 'grant_type=client_credentials' }]);
});

test('it is kept for most of its life, and renewed beside the calls before nine tenths are over', async () => {
  const { from, token } = await started();
  await token();
  pass(799);
  expect(await token()).toBe('t1');
  expect(from.asked).toHaveLength(1);
  pass(102);
  expect(await Promise.all([token(), token(), token()])).toEqual(['t1', 't1', 't1']);
  await eventually(async () => expect(await token()).toBe('t2'));
  expect(from.asked).toHaveLength(2);
});

test('while no new one can be had the old one is used until it expires, and nobody is asked all the time', async () => {
  const { from, token, failures } = await started();
  await token();
  from.status = 503;
  pass(950);
  expect(await token()).toBe('t1');
  await eventually(() => expect(failures).toHaveLength(1));
  expect(await token()).toBe('t1');
  expect(from.asked).toHaveLength(2);
  pass(49);
  expect(await token()).toBe('t1');
  await eventually(() => expect(failures).toHaveLength(2));
  pass(2);
  await expect(token()).rejects.toThrow('[unavailable] no service token could be had');
  from.status = 200;
  pass(2);
  expect(await token()).toMatch(/^t\d$/);
});

test('services that started together do not all renew at one time', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, started));
  for (const { token } of many) await token();
  pass(850);
  for (const { token } of many) await token();
  const renewed = async () => many.filter(({ from }) => from.asked.length === 2).length;
  await eventually(async () => expect(await renewed()).toBeGreaterThan(0));
  expect(await renewed()).toBeLessThan(20);
});

test('an answer that is no token is a failure', async () => {
  const { from, token } = await started();
  from.status = 401;
  await expect(token()).rejects.toThrow('[unavailable]');
});

test('the environment gives credentials whole or not at all, and they go before a token made beforehand', async () => {
  const from = await server();
  const whole = { OAUTH_CLIENT_SECRET: 's', OAUTH_TOKEN_URL: from.url };
  const given = serviceTokenOf('orders', { ...whole, SERVICE_TOKEN: 'static' }, quietLog);
  expect(typeof given === 'function' && (await given())).toBe('t1');
  expect(from.asked[0]?.authorization).toBe(`Basic ${Buffer.from('orders:s').toString('base64')}`);
  expect(serviceTokenOf('orders', { SERVICE_TOKEN: 'static' }, quietLog)).toBe('static');
  expect(serviceTokenOf('orders', {}, quietLog)).toBeUndefined();
  for (const name of Object.keys(whole))
    expect(() => serviceTokenOf('orders', { ...whole, [name]: undefined }, quietLog)).toThrow(ConfigError);
});
