import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../generate/manifest.ts';
import { environmentNames } from '../generate/topology.ts';
import { buildOverlay, buildScenario, folderOf, scenarioNames } from '../manifests.ts';
import { documentsIn } from './documents.ts';
import { build } from './kustomize.ts';

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-kustomize-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: tradewind/shop }] }
`;

const LAYERS = {
  'base/deployment.yaml': DEPLOYMENT,
  'base/kustomization.yaml': 'resources: [./deployment.yaml]',
  'extra/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\ndata: { a/b: "1" }',
  'extra/kustomization.yaml': 'kind: Component\nresources: [./config.yaml]',
  'top/kustomization.yaml': `
resources: [../base]
components: [../extra]
labels: [{ pairs: { stage: test } }]
images: [{ name: tradewind/shop, newName: example.com/shop, newTag: 1.2.3 }]
patches:
  - target: { kind: ConfigMap, name: shop }
    patch: '[{ op: replace, path: /data/a~1b, value: "2" }]'
`,
};

test('adds up resources and components, then patches, labels and pins them', () => {
  const [deployment, config] = build(join(folderWith(LAYERS), 'top'));
  expect(deployment).toMatchObject({
    metadata: { labels: { stage: 'test' } },
    spec: {
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { labels: { app: 'shop' } },
        spec: { containers: [{ image: 'example.com/shop:1.2.3' }] },
      },
    },
  });
  expect(config).toMatchObject({ data: { 'a/b': '2' }, metadata: { labels: { stage: 'test' } } });
});

test.each([
  ['what it does not know', { 'kustomization.yaml': 'namePrefix: x-' }, /namePrefix cannot be built here/],
  [
    'a resource that is not there',
    { 'kustomization.yaml': 'resources: [./gone.yaml]' },
    /gone\.yaml .* does not exist/,
  ],
  [
    'a patch of nothing',
    { 'kustomization.yaml': 'patches: [{ target: { kind: Pod, name: x }, patch: "[]" }]' },
    /no Pod x to patch/,
  ],
  [
    'a patch of a field that is not there',
    {
      'kustomization.yaml':
        'resources: [./a.yaml]\npatches: [{ target: { kind: Pod, name: a }, patch: "[{op: replace, path: /spec/x, value: 1}]" }]',
      'a.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: {}',
    },
    /nothing at \/spec\/x to replace/,
  ],
])('refuses %s', (_, files, problem) => {
  expect(() => build(folderWith(files))).toThrow(problem);
});

/** What kubectl makes of the same folder; undefined, said aloud, where there is no kubectl. */
function kubectl(folder: string): Manifest[] | undefined {
  const run = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (run.error) {
    process.stderr.write('SKIPPED: there is no kubectl here, so nothing compares our build with its own\n');
    return undefined;
  }
  if (run.status !== 0) throw new Error(run.stderr);
  return documentsIn(run.stdout, `kubectl kustomize ${folder}`);
}

const byName = (manifests: readonly Manifest[]) =>
  Object.fromEntries(
    manifests.map((each) => [`${each.kind} ${each.metadata?.namespace ?? ''}/${each.metadata?.name}`, each]),
  );

describe('where kubectl is, both build the same', () => {
  test.each(environmentNames)('of %s', (name) => {
    const ours = buildOverlay(name);
    const theirs = kubectl(folderOf('overlays', name)) ?? ours;
    expect(byName(ours)).toEqual(byName(theirs));
    expect(ours).toHaveLength(theirs.length);
  });

  test.each(scenarioNames())('of the scenario %s', (name) => {
    const ours = buildScenario(name);
    const theirs = kubectl(folderOf('scenarios', name)) ?? ours;
    expect(byName(ours)).toEqual(byName(theirs));
    expect(ours).toHaveLength(theirs.length);
  });
});
