import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { writeMesh } from '#chassis/local/mesh-file.ts';
import { asJson, type Running, tradewind, up } from './command-line.fixture.ts';

let mesh: Running;
beforeAll(async () => {
  mesh = await up();
});
afterAll(() => mesh?.close());

const run = (...words: string[]) => tradewind(mesh.folder, ...words);

describe.concurrent('what cannot be done is told in a line or two, without a stack trace', () => {
  const told = (stderr: string) => {
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    return stderr;
  };

  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['order', 'get', 'nope'], /order_id: must be a valid UUID/],
    [['saga', 'resume'], /Name the saga by its id, or say --all\./],
    [['catalog', 'import', 'no-such.csv'], /There is no file no-such\.csv/],
    [
      ['order', 'place', 'TENT-2=99999999999999999999'],
      /“99999999999999999999” is not a quantity: .* from 1 to 1000\./,
    ],
  ])('%s is asked wrongly', async (words, reason) => {
    const { code, stdout, stderr } = await run(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(told(stderr)).toMatch(reason);
  });

  test('an order that is not there', async () => {
    const { code, stderr, stdout } = await run('order', 'get', newId(), '--json');
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NOT_FOUND', reason: 'ORDER_NOT_FOUND' } });
  });

  test('a folder on which no mesh runs', async () => {
    const { code, stderr } = await tradewind(join(mesh.folder, 'empty'), 'down');
    expect(code).toBe(2);
    expect(told(stderr)).toContain('No mesh runs on');
  });

  test.each([
    [['order', 'get', newId()], 'The mesh does not answer'],
    [['mails', 'list'], 'The mesh does not answer'],
    [['dlq', 'list'], 'The broker at 127.0.0.1:'],
    [['events', 'tail'], 'The broker at 127.0.0.1:'],
    [['verify'], 'The broker at 127.0.0.1:'],
  ])('%s of a mesh that does not answer names what is missing', async (words, missing) => {
    const folder = join(mesh.folder, 'silent');
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const [gatewayUrl, natsUrl] = [`http://localhost:${port}`, `nats://127.0.0.1:${port}`];
    writeMesh(folder, { ...mesh.record, pid: process.pid, gatewayUrl, natsUrl, mailUrl: gatewayUrl });
    const { code, stderr } = await tradewind(folder, ...words);
    expect(code).toBe(1);
    expect(told(stderr)).toContain(missing);
  });
});

test('faults are refused by a mesh that does not allow them', async () => {
  const { code, stdout, stderr } = await run('fault', 'set', 'PaymentsService', '--delay', '2s');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe('This mesh does not allow faults. Start it with `npm start -- --allow-faults`.\n');
  expect(await asJson(mesh.folder, 'fault', 'list')).toEqual({ code: 0, value: [] });
});
