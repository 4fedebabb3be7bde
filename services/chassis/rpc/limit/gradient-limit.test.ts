import { expect, it } from 'vitest';
import { GradientLimit, type Observed } from './gradient-limit.ts';

const after = (
  windows: number,
  observed: (limit: number) => Partial<Observed>,
  limit = new GradientLimit(),
): number => {
  for (let window = 0; window < windows; window++) {
    limit.update({ slowdown: 1, inFlight: limit.current, loopDelayMs: 0, ...observed(limit.current) });
  }
  return limit.current;
};

it('rises while answers take no longer than usual and it is used', () => {
  expect(after(20, () => ({}))).toBeGreaterThan(130);
});

it('falls when answers take longer, and never below 20', () => {
  expect(after(10, () => ({ slowdown: 4 }))).toBeLessThan(60);
  expect(after(100, () => ({ slowdown: 100 }))).toBe(20);
});

it('falls when the event loop is late, however quick the answers and however few', () => {
  expect(after(30, () => ({ slowdown: 1, inFlight: 1, loopDelayMs: 400 }))).toBeLessThan(30);
});

it('never rises above 1,000', () => {
  expect(after(2_000, () => ({}))).toBe(1_000);
});

it('stays as it is while it is not half used', () => {
  expect(after(50, () => ({ inFlight: 30 }))).toBe(100);
});

it('settles where a server with room for 200 calls begins to slow down', () => {
  const settled = after(500, (inFlight) => ({ inFlight, slowdown: Math.max(1, inFlight / 200) }));
  expect(settled).toBeGreaterThan(180);
  expect(settled).toBeLessThan(400);
});
