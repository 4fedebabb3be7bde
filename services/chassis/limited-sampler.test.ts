import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { limitedSampler } from './limited-sampler.ts';

function recorded(sampler: Sampler, tries: number, name = 'work'): number {
  const decide = () => sampler.shouldSample(ROOT_CONTEXT, '', name, SpanKind.SERVER, {}, []).decision;
  return Array.from({ length: tries }, decide).filter((each) => each === SamplingDecision.RECORD_AND_SAMPLED).length;
}

test('a quiet process records every trace', () => {
  let ms = 0;
  const sampler = limitedSampler(5, () => ms);
  for (; ms < 10_000; ms += 200) expect(recorded(sampler, 1)).toBe(1);
});

test('a busy one records so many a second, whatever comes', () => {
  let ms = 0;
  const sampler = limitedSampler(5, () => ms);
  expect(recorded(sampler, 1_000)).toBe(5);
  ms = 1_000;
  expect(recorded(sampler, 1_000)).toBe(5);
  ms = 60_000;
  expect(recorded(sampler, 1_000)).toBe(5);
});

test('many calls of one kind do not hide a rare one', () => {
  const sampler = limitedSampler(1, () => 0);
  expect(recorded(sampler, 1_000, 'search')).toBe(1);
  expect(recorded(sampler, 1, 'order')).toBe(1);
});
