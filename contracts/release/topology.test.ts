import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentNames, parseTopology } from '../../istio/generate/topology.ts';
import { root } from '../gate/image.ts';
import { withVersion } from './topology.ts';

const present = readFileSync(join(root, 'istio/topology.yaml'), 'utf8');

test('a release says in each environment that it runs, forgets digests of what ran before, and tries out what comes after it', () => {
  const digests = `    digests:\n      orders: sha256:${'0a'.repeat(32)}\n    tracePercent: 50`;
  const before = present.replace('    tracePercent: 50', digests);
  expect(parseTopology(before).environments.staging.digests).toHaveProperty('orders');
  const { environments, scenarios } = parseTopology(withVersion(before, '7.3.1'));
  expect(environmentNames.map((name) => environments[name].version)).toEqual(['7.3.1', '7.3.1', '7.3.1']);
  expect(environments.staging.digests).toBeUndefined();
  expect(scenarios.next).toBe('7.4.0');
});

test('nothing else of the page changes', () => {
  const { version } = parseTopology(present).environments.dev;
  expect(withVersion(withVersion(present, '7.3.1'), version)).toBe(present);
});
