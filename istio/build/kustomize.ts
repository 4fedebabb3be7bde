/**
 * Builds a kustomization as `kubectl kustomize` does, so that manifests can be judged where there is no kubectl. It knows what ours use and refuses
 * everything else: resources, components, labels of objects, images, and JSON patches of one object by kind and name.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../generate/manifest.ts';
import { documentsIn } from './documents.ts';
import { applyOperations } from './json-patch.ts';
import { setImages } from './set-images.ts';
import { setLabels } from './set-labels.ts';

const KNOWN = new Set(['apiVersion', 'kind', 'resources', 'components', 'labels', 'images', 'patches']);

interface KustomizationFile {
  resources?: string[];
  components?: string[];
  labels?: { pairs: Record<string, string>; includeSelectors?: boolean; includeTemplates?: boolean }[];
  images?: { name: string; newName?: string; newTag?: string; digest?: string }[];
  patches?: { target: { kind: string; name: string }; patch: string }[];
}

/** Every object of a folder's kustomization, changed as it says. */
export function build(folder: string): Manifest[] {
  return applied([], folder);
}

/** A kustomization begins with its resources; a component with those of whoever names it, and changes them too. */
function applied(given: Manifest[], folder: string): Manifest[] {
  const file = readKustomization(folder);
  let manifests = [...given, ...(file.resources ?? []).flatMap((path) => resourcesAt(join(folder, path)))];
  for (const component of file.components ?? []) manifests = applied(manifests, join(folder, component));
  for (const patch of file.patches ?? []) change(manifests, patch, folder);
  for (const { pairs, includeSelectors, includeTemplates } of file.labels ?? []) {
    if (includeSelectors || includeTemplates)
      throw new Error(`${folder}: labels of selectors and templates cannot be built here`);
    setLabels(manifests, pairs);
  }
  setImages(manifests, file.images ?? []);
  return manifests;
}

function readKustomization(folder: string): KustomizationFile {
  const file = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Record<string, unknown>;
  const unknown = Object.keys(file).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) throw new Error(`${folder}/kustomization.yaml: ${unknown.join(', ')} cannot be built here`);
  return file as KustomizationFile;
}

function resourcesAt(path: string): Manifest[] {
  if (!existsSync(path)) throw new Error(`${path} is a resource and does not exist`);
  if (statSync(path).isDirectory()) return build(path);
  return documentsIn(readFileSync(path, 'utf8'), path);
}

function change(
  manifests: readonly Manifest[],
  { target, patch }: { target: { kind: string; name: string }; patch: string },
  folder: string,
): void {
  const targets = manifests.filter(({ kind, metadata }) => kind === target.kind && metadata?.name === target.name);
  if (targets.length === 0) throw new Error(`${folder}: no ${target.kind} ${target.name} to patch`);
  for (const each of targets) applyOperations(each, parse(patch));
}
