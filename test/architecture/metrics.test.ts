import { expect, test } from 'vitest';
import { read, typescript } from './sources.ts';

const production = typescript.filter((path) => path.startsWith('services/') && !path.endsWith('.test.ts'));

const metrics = production.flatMap((path) =>
  [...read(path).matchAll(/new (Counter|Gauge|Histogram|Summary)\(\{\s*name: '([^']+)'/g)].map(([, kind, name]) => ({
    path,
    kind: kind ?? '',
    name: name ?? '',
  })),
);

const UNITS: Record<string, RegExp> = { Counter: /_total$/, Histogram: /_seconds$|_bytes$/ };

test('metrics of ours begin with our name, so that a query finds them among everybody’s', () => {
  expect(metrics.length).toBeGreaterThan(10);
  expect(metrics.filter(({ name }) => !/^tradewind(_[a-z]+)+$/.test(name))).toEqual([]);
});

test('the end of a metric’s name says whether it counts or what it measures in', () => {
  expect(metrics.filter(({ kind, name }) => UNITS[kind] && !UNITS[kind].test(name))).toEqual([]);
});
