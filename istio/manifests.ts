/** What would be applied to a cluster, as objects, built from the committed files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentsIn } from './build/documents.ts';
import { build } from './build/kustomize.ts';
import type { Manifest } from './generate/manifest.ts';
import type { EnvironmentName } from './generate/topology.ts';

/** Where `kubectl apply -k` would look for an environment or a scenario. */
export function folderOf(kind: 'overlays' | 'scenarios', name: string): string {
  return fileURLToPath(new URL(`${kind}/${name}`, import.meta.url));
}

/** Every object of an environment. */
export function buildOverlay(name: EnvironmentName): Manifest[] {
  return build(folderOf('overlays', name));
}

/** Every object that a cluster has once, whichever environments are in it. */
export function buildPlatform(): Manifest[] {
  return build(fileURLToPath(new URL('platform', import.meta.url)));
}

/** Every object that Argo CD itself is given. */
export function readArgocd(): Manifest[] {
  const folder = fileURLToPath(new URL('argocd/', import.meta.url));
  return readdirSync(folder).flatMap((file) => documentsIn(readFileSync(join(folder, file), 'utf8'), file));
}

/** Every object of an environment in which a scenario plays, changed as it wants, as in `blue-green/switch`. */
export function buildScenario(name: string): Manifest[] {
  return build(folderOf('scenarios', name));
}

export function scenarioNames(): string[] {
  const root = folderOf('scenarios', '');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => name === 'kustomization.yaml' && !isComponent(join(parentPath, name)))
    .map(({ parentPath }) => relative(root, parentPath))
    .sort();
}

function isComponent(file: string): boolean {
  return /^kind: Component$/m.test(readFileSync(file, 'utf8'));
}
