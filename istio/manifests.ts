/** What would be applied to a cluster, as objects. */
import { fileURLToPath } from 'node:url';
import { build } from './build/kustomize.ts';
import type { Manifest } from './generate/manifest.ts';
import type { EnvironmentName } from './generate/topology.ts';

/** Every object of an environment, from the committed files. */
export function buildOverlay(name: EnvironmentName): Manifest[] {
  return build(fileURLToPath(new URL(`overlays/${name}`, import.meta.url)));
}
