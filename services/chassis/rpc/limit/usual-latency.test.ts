import { expect, it } from 'vitest';
import { UsualLatency } from './usual-latency.ts';

const knowing = (ms: number, samples = 100) => {
  const usual = new UsualLatency();
  for (let sample = 0; sample < samples; sample++) usual.note(ms);
  return usual;
};

it('says how many times the usual an answer took', () => {
  expect(knowing(50).note(200)).toBeCloseTo(4);
});

it('takes a slow RPC for as good as a quick one', () => {
  expect(knowing(2_000).note(2_000)).toBeCloseTo(1);
});

it('does not take a pause of a few milliseconds for load', () => {
  expect(knowing(0.1).note(4)).toBe(1);
});

it('gets used to what lasts', () => {
  const usual = knowing(10);
  for (let sample = 0; sample < 2_000; sample++) usual.note(40);
  expect(usual.note(40)).toBeCloseTo(1, 1);
});
