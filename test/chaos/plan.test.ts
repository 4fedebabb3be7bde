import { expect, test } from 'vitest';
import { services } from '#chassis/local/topology.ts';
import { planOf, planText } from './plan.ts';

const wanted = { seed: 7, orders: 500, kills: 30 };
const deaths = (seed: number) => planOf({ ...wanted, seed }).faults.filter(({ fault }) => fault.kind === 'kill');

test('the same seed is the same plan, another seed another', () => {
  expect(planText(planOf(wanted))).toBe(planText(planOf(wanted)));
  expect(planText(planOf(wanted))).not.toBe(planText(planOf({ ...wanted, seed: 8 })));
});

test('a plan kills as often as it was asked to, both servers and services among them', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const victims = deaths(seed).flatMap(({ fault }) => (fault.kind === 'kill' ? [fault.victim] : []));
    expect(victims).toHaveLength(30);
    expect(victims).toEqual(expect.arrayContaining(['nats', 'postgres', 'orders']));
  }
});

test('every service is killed, though not in every plan', () => {
  const victims = new Set(
    Array.from({ length: 50 }, (_, seed) => deaths(seed))
      .flat()
      .map(({ fault }) => fault.kind === 'kill' && fault.victim),
  );
  expect([...victims].toSorted()).toEqual([...services.map(({ name }) => name), 'nats', 'postgres'].toSorted());
});

test('some ways fall silent for longer than a statement may take, but few: one in a score of harms', () => {
  const harms = Array.from({ length: 100 }, (_, seed) => planOf({ ...wanted, seed }).faults)
    .flat()
    .filter(({ fault }) => fault.kind !== 'kill');
  const silences = harms.filter(({ fault }) => fault.kind === 'silence' && fault.forMs === 15_000);
  expect(silences.length / harms.length).toBeGreaterThan(0.025);
  expect(silences.length / harms.length).toBeLessThan(0.075);
});

test('every fault happens while orders are under way, in the order it is told', () => {
  const moments = planOf(wanted).faults.map(({ after }) => after);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(moments.every((after) => after < wanted.orders)).toBe(true);
});

test('the clocks of two services are wrong, by less than tokens bear', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const skews = Object.values(planOf({ ...wanted, seed }).skews);
    expect(skews).toHaveLength(2);
    expect(skews.every((ms) => ms !== 0 && Math.abs(ms) <= 15_000)).toBe(true);
  }
});
