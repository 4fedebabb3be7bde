import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { errorOf } from '../client.fixture.ts';
import { Breaker, type Reach } from './breaker.ts';
import { breakerState } from './metrics.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const dead = async () => {
  throw new ConnectError('gone', Code.Unavailable);
};
const well = async () => 'well';
const refusing = async () => {
  throw new ConnectError('no', Code.Unavailable, undefined, [{ desc: ErrorInfoSchema, value: { reason: 'CLOSED' } }]);
};

function paymentsBreaker(seen: string[] = [], reach?: Reach) {
  const plan = { failures: 5, minimumCalls: 10, openMs: 60_000 };
  return new Breaker('payments', plan, (dependency, state) => seen.push(`${dependency} ${state}`), reach);
}

async function opened(seen?: string[]): Promise<Breaker> {
  const breaker = paymentsBreaker(seen);
  for (let count = 0; count < 5; count++) await breaker.run(well);
  for (let count = 0; count < 5; count++) await errorOf(breaker.run(dead));
  return breaker;
}

async function state(): Promise<number | undefined> {
  const { values } = await breakerState.get();
  return values.find(({ labels }) => labels.dependency === 'payments')?.value;
}

test('opens at the declared failures among the last calls, and then refuses without calling, saying when to come back', async () => {
  const breaker = await opened();
  vi.advanceTimersByTime(20_000);
  const call = vi.fn(well);
  const error = await errorOf(breaker.run(call));
  expect(call).not.toHaveBeenCalled();
  expect([error.code, error.rawMessage]).toEqual([
    Code.Unavailable,
    'payments has been failing: circuit open, try again in 40 s',
  ]);
  expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds).toBe(40n);
  expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: 'CIRCUIT_OPEN', domain: 'tradewind' });
  expect(await state()).toBe(2);
});

test('does not open while there is nobody to be reached, so that a service that restarts is called again at once', async () => {
  let connected = false;
  const breaker = paymentsBreaker([], { isReady: () => connected, isGone: () => false });
  for (let count = 0; count < 50; count++) await errorOf(breaker.run(dead));
  expect(await state()).toBe(0);
  connected = true;
  for (let count = 0; count < 10; count++) await errorOf(breaker.run(dead));
  expect(await state()).toBe(2);
});

test('refuses without calling while nobody has been there for long, and closes with the first connection', async () => {
  const seen: string[] = [];
  let gone = false;
  const breaker = paymentsBreaker(seen, { isReady: () => !gone, isGone: () => gone });
  const lost = async () => {
    gone = true;
    return dead();
  };
  await errorOf(breaker.run(lost));
  expect(await state()).toBe(2);
  const call = vi.fn(well);
  const error = await errorOf(breaker.run(call));
  expect(call).not.toHaveBeenCalled();
  expect([error.code, error.rawMessage]).toEqual([Code.Unavailable, 'payments cannot be reached now']);
  expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds).toBe(1n);
  expect(error.findDetails(ErrorInfoSchema)[0]).toMatchObject({ reason: 'UNREACHABLE', domain: 'tradewind' });
  gone = false;
  expect(await breaker.run(well)).toBe('well');
  expect(await state()).toBe(0);
  expect(seen).toEqual(['payments open', 'payments closed']);
});

test('stays closed below the declared failures, and before there were enough calls', async () => {
  const breaker = paymentsBreaker();
  for (let count = 0; count < 9; count++) await errorOf(breaker.run(dead));
  expect(await state()).toBe(0);
  const steady = paymentsBreaker();
  for (let count = 0; count < 50; count++) await (count % 5 < 2 ? errorOf(steady.run(dead)) : steady.run(well));
  expect(await steady.run(well)).toBe('well');
});

test('a refusal of the service is an answer, which never opens it', async () => {
  const breaker = paymentsBreaker();
  for (let count = 0; count < 30; count++) await errorOf(breaker.run(refusing));
  expect(await breaker.run(well)).toBe('well');
});

test('calls that their callers give up, or cannot even make, never open it', async () => {
  const breaker = paymentsBreaker();
  const cancelled = async () => {
    throw new ConnectError('gone', Code.Canceled);
  };
  const impossible = () => {
    throw new TypeError('no such header');
  };
  for (let count = 0; count < 15; count++) {
    await errorOf(breaker.run(cancelled));
    await expect(breaker.run(impossible)).rejects.toThrow('no such header');
  }
  expect(await breaker.run(well)).toBe('well');
});

test('after its time one call may try while others are refused; when it is answered all may call again', async () => {
  const seen: string[] = [];
  const breaker = await opened(seen);
  vi.advanceTimersByTime(60_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  const trial = breaker.run(() => promise);
  expect(await state()).toBe(1);
  expect((await errorOf(breaker.run(well))).code).toBe(Code.Unavailable);
  resolve('well');
  expect(await trial).toBe('well');
  await vi.waitFor(async () => expect(await state()).toBe(0));
  expect(await breaker.run(well)).toBe('well');
  expect(seen).toEqual(['payments open', 'payments closed']);
});

const trials: Record<string, () => Promise<unknown>> = {
  fails: dead,
  'is given up by its caller': async () => {
    throw new ConnectError('gone', Code.Canceled);
  },
  'hears nothing for ten seconds': () => new Promise(() => {}),
};
test.each(Object.entries(trials))('a trial that %s leaves it open for another time', async (_, trial) => {
  const breaker = await opened();
  vi.advanceTimersByTime(60_000);
  breaker.run(trial).catch(() => {});
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await state()).toBe(2);
  const error = await errorOf(breaker.run(well));
  expect(error.rawMessage).toContain('circuit open');
});

test('a call that began before the circuit opened has no say in its trial', async () => {
  const breaker = paymentsBreaker();
  const late = Promise.withResolvers<string>();
  const early = errorOf(breaker.run(() => late.promise));
  for (let count = 0; count < 10; count++) await errorOf(breaker.run(dead));
  vi.advanceTimersByTime(60_000);
  const { promise, resolve } = Promise.withResolvers<string>();
  const trial = breaker.run(() => promise);
  late.reject(new ConnectError('gone', Code.Unavailable));
  await early;
  expect(await state()).toBe(1);
  resolve('well');
  await trial;
  expect(await state()).toBe(0);
});

test('a stream counts by how it begins', async () => {
  const breaker = paymentsBreaker();
  const gone = new ConnectError('gone', Code.Unavailable);
  for (let count = 0; count < 10; count++) await breaker.run(well, () => gone);
  await vi.waitFor(async () => expect(await state()).toBe(2));
  expect((await errorOf(breaker.run(well))).rawMessage).toContain('circuit open');
});
