import { expect, test } from 'vitest';
import { registry } from '#chassis/metrics.ts';
import { runInCall, type Work } from '#chassis/rpc/call.ts';
import { type PaymentProvider, type ProviderAnswer, ProviderUnavailable } from './app/ports.ts';
import { boundedProvider } from './bounded-provider.ts';

const plan = { name: 'external', places: 2, waiting: 1 } as const;

/** A provider that takes its time until it is told to answer, and counts what it is asked at a time. */
function slowProvider() {
  const asked: (() => void)[] = [];
  const find = () => new Promise<ProviderAnswer>((resolve) => asked.push(() => resolve({ state: 'AUTHORIZED' })));
  const provider = boundedProvider({ find } as unknown as PaymentProvider, plan);
  return { asked, provider };
}

const outcome = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: unknown) => error,
  );

async function waiting(): Promise<string | undefined> {
  const text = await registry.getSingleMetricAsString('tradewind_bulkhead_waiting');
  return /dependency="payment-provider",bulkhead="external"\} (\d+)/.exec(text)?.[1];
}

test('a slow provider is asked as much at a time as it has places; more waits and shows, and what finds the line full is not asked', async () => {
  const { asked, provider } = slowProvider();
  const answers = ['a', 'b', 'c'].map((key) => outcome(provider.find(key)));
  expect([asked.length, await waiting()]).toEqual([2, '1']);
  expect(await outcome(provider.find('d'))).toBeInstanceOf(ProviderUnavailable);
  asked[0]?.();
  expect(await answers[0]).toBe('answered');
  expect([asked.length, await waiting()]).toEqual([3, '0']);
  for (const answer of asked) answer();
  expect(await Promise.all(answers)).toEqual(['answered', 'answered', 'answered']);
});

test('whose time runs out in the line is not asked for any more', async () => {
  const { asked, provider } = slowProvider();
  const running = ['a', 'b'].map((key) => provider.find(key));
  const hurried = { deadline: Date.now() + 20, signal: new AbortController().signal } as Work;
  expect(await outcome(runInCall(hurried, () => provider.find('c')))).toBeInstanceOf(ProviderUnavailable);
  for (const answer of asked) answer();
  await Promise.all(running);
  expect([asked.length, await waiting()]).toEqual([2, '0']);
});

test('what the provider itself says comes through as it is', async () => {
  const refused = new Error('no such key');
  const capture = () => Promise.reject(refused);
  const provider = boundedProvider({ capture } as unknown as PaymentProvider, plan);
  expect(await outcome(provider.capture('a'))).toBe(refused);
});
