import { expect, it } from 'vitest';
import { UsualLatency } from './usual-latency.ts';

/** Notes answers of `ms` for `seconds`, at so many a second. */
function noteFor(usual: UsualLatency, ms: number, seconds: number, perSecond: number, from = 0): UsualLatency {
  for (let n = 0; n < seconds * perSecond; n++) usual.note(ms, from + (n * 1_000) / perSecond);
  return usual;
}
const knowing = (ms: number) => noteFor(new UsualLatency(), ms, 10, 10);

it('says how many times the usual an answer took', () => {
  expect(knowing(50).note(200, 10_000)).toBeCloseTo(4);
});

it('takes a slow RPC for as good as a quick one', () => {
  expect(knowing(2_000).note(2_000, 10_000)).toBeCloseTo(1);
});

it('does not take a pause of a few milliseconds for load', () => {
  expect(knowing(0.1).note(4, 10_000)).toBe(1);
});

it.each([10, 1_000])('does not get used to ten seconds of load, at %i answers a second', (perSecond) => {
  const usual = noteFor(knowing(20), 200, 10, perSecond, 10_000);
  expect(usual.note(200, 20_000)).toBeGreaterThan(5);
});

it('gets used to what lasts for half an hour', () => {
  const usual = noteFor(knowing(20), 80, 1_800, 10, 10_000);
  expect(usual.note(80, 1_810_000)).toBeCloseTo(1, 1);
});

it('gets used to quick answers within a minute', () => {
  const usual = noteFor(knowing(200), 20, 60, 10, 10_000);
  expect(usual.note(20, 70_000)).toBeGreaterThan(0.8);
});
