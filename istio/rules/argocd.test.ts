import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { build } from '../build/kustomize.ts';
import type { Manifest } from '../generate/manifest.ts';
import { readArgocd } from '../manifests.ts';
import { argocdFaults } from './argocd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const judged = (manifests: readonly Manifest[]) =>
  argocdFaults(manifests, 'istio-system', (path) => build(join(root, path)));

/** What is wrong once a part of the named object is another. */
function afterChange(name: string, from: string, to: string): string[] {
  const changed = readArgocd().map((manifest) => {
    if (manifest.metadata?.name !== name) return manifest;
    const text = JSON.stringify(manifest);
    expect(text).toContain(from);
    return JSON.parse(text.replace(from, to)) as Manifest;
  });
  return judged(changed).map(({ manifest, path, message }) => `${manifest} ${path}: ${message}`);
}

test('Argo CD is given an application for each environment and for the platform of its cluster', () => {
  expect(judged(readArgocd())).toEqual([]);
  const applications = readArgocd().filter(({ kind }) => kind === 'Application');
  expect(applications.map(({ metadata }) => metadata?.name).sort()).toEqual([
    'tradewind-dev',
    'tradewind-platform-dev',
    'tradewind-platform-production',
    'tradewind-platform-staging',
    'tradewind-production',
    'tradewind-staging',
  ]);
});

test.each([
  ['a path with nothing in it', 'istio/overlays/dev', 'istio/overlays/test', 'source.path: there is nothing to apply'],
  ['a project that is not there', '"project":"tradewind"', '"project":"shop"', 'project: there is no AppProject shop'],
  ['another repository', 'tradewind.git', 'trade.git', 'source.repoURL: its project does not take'],
  [
    'a cluster that is not its project’s',
    'kubernetes.default.svc',
    'elsewhere.example',
    'destination: its project may not',
  ],
  ['no policy', '"syncPolicy"', '"policy"', 'syncPolicy: '],
])('finds %s', (_, from, to, message) => {
  expect(afterChange('tradewind-dev', from, to)[0]).toContain(`Application argocd/tradewind-dev spec.${message}`);
});

test('finds a platform that is pruned, and an environment that touches it', () => {
  expect(afterChange('tradewind-platform-dev', '"prune":false', '"prune":true')).toEqual([
    expect.stringContaining('spec.syncPolicy.automated.prune: it would take away what holds for the whole cluster'),
  ]);
  expect(afterChange('tradewind-dev', 'istio/overlays/dev', 'istio/platform')).toContainEqual(
    expect.stringContaining('spec.destination: its project may not touch istio-system'),
  );
});
