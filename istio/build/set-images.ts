import type { Manifest } from '../generate/manifest.ts';

export interface ImageChange {
  name: string;
  newName?: string;
  newTag?: string;
  digest?: string;
}

/** Says which image every container of a name runs. */
export function setImages(manifests: readonly Manifest[], changes: readonly ImageChange[]): void {
  for (const change of changes) for (const manifest of manifests) visit(manifest, change);
}

function visit(value: unknown, change: ImageChange): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (CONTAINERS.has(key) && Array.isArray(inner)) for (const container of inner) setImage(container, change);
    else visit(inner, change);
  }
}

const CONTAINERS = new Set(['containers', 'initContainers']);

function setImage(container: { image?: string }, { name, newName = name, newTag, digest }: ImageChange): void {
  if (container.image?.replace(/[:@].*$/, '') !== name) return;
  container.image = digest === undefined ? `${newName}:${newTag}` : `${newName}@${digest}`;
}
