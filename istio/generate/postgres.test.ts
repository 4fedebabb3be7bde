import { expect, test } from 'vitest';
import { postgresServer } from './postgres.ts';
import { readTopology } from './topology.ts';

const [container] = postgresServer(readTopology()).spec?.template.spec?.containers ?? [];
const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];

test('PostgreSQL is asked over TCP, where it answers only once its databases are made', () => {
  for (const probe of probes) expect(probe?.exec?.command?.join(' ')).toContain('--host 127.0.0.1');
});

test('PostgreSQL is given half an hour to recover before it is taken for dead', () => {
  const { periodSeconds = 0, failureThreshold = 0 } = container?.startupProbe ?? {};
  expect(periodSeconds * failureThreshold).toBe(30 * 60);
});
