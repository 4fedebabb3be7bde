import { expect, test } from 'vitest';
import { schemaProblems } from './schema.ts';

test('finds a value that a kind does not allow', async () => {
  const spec = { mtls: { mode: 'SOMETIMES' } };
  const manifest = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'x' }, spec };
  expect(await schemaProblems(manifest)).toEqual([expect.stringMatching(/PeerAuthentication \/x: .*mode/)]);
});

test('finds a kind that nobody knows', async () => {
  const manifest = { apiVersion: 'apps/v1', kind: 'Deploymnet', metadata: { name: 'x' } };
  expect(await schemaProblems(manifest)).toEqual(['Deploymnet /x: there is no kind Deploymnet in apps/v1']);
});
