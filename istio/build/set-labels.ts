import type { Manifest } from '../generate/manifest.ts';

/** Adds labels to objects. Selectors, and the pods that objects make, are left alone. */
export function setLabels(manifests: readonly Manifest[], pairs: Record<string, string>): void {
  for (const manifest of manifests) {
    manifest.metadata = { ...manifest.metadata, labels: { ...manifest.metadata?.labels, ...pairs } };
  }
}
