import { nameOf } from '../policy/kinds.ts';
import type { Rule } from './rule.ts';

/** A registry and a name, and then a digest or an exact version: major and minor at least. */
const PINNED =
  /^[a-z0-9.-]+\.[a-z0-9.-]+(:\d+)?\/[a-z0-9._/-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}$|^[a-z0-9.-]+\.[a-z0-9.-]+(:\d+)?\/[a-z0-9._/-]+:v?\d+\.\d+(\.\d+)?([-.][\w.-]+)?$/;

export const images: Rule = {
  name: 'images',
  about: 'Every image names its registry, and an exact version or a digest: no tag that moves.',
  faults: ({ workloads }) =>
    workloads.flatMap(({ manifest, spec }) =>
      Object.entries({ containers: spec.containers, initContainers: spec.initContainers ?? [] }).flatMap(
        ([kind, list]) =>
          list.flatMap(({ image = '' }, index) =>
            PINNED.test(image)
              ? []
              : {
                  manifest: nameOf(manifest),
                  path: `spec.template.spec.${kind}[${index}].image`,
                  message: `${image || 'none'} is not pinned`,
                },
          ),
      ),
    ),
};
