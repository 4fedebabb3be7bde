import { nameOf, ofKind } from '../policy/kinds.ts';
import type { Fault, Rule, Subject } from './rule.ts';
import { variablesOf } from './variables.ts';

/** Variables whose values are nobody's business; addresses of servers hold passwords. */
const SECRET = /KEY|TOKEN|PASSWORD|SECRET|MESH_JWKS|(DATABASE|NATS|SMTP)_URL/;

/** A password in an address: `://user:password@`. */
const WITH_PASSWORD = /:\/\/[^/\s:@]+:[^/\s@]+@/;

export const secrets: Rule = {
  name: 'secrets',
  about: 'What is secret comes from a Secret by its key, and the manifests hold none.',
  faults: (subject) => [...committed(subject), ...inPods(subject), ...inMaps(subject)],
};

function committed({ manifests }: Subject): Fault[] {
  return manifests
    .filter(({ kind }) => kind === 'Secret')
    .map((manifest) => ({
      manifest: nameOf(manifest),
      path: 'data',
      message: 'a Secret would be applied from a file',
    }));
}

function inPods({ workloads, manifests }: Subject): Fault[] {
  return workloads.flatMap(({ manifest, spec }) =>
    spec.containers.flatMap((container, index) => {
      const path = `spec.template.spec.containers[${index}]`;
      const { variables } = variablesOf(container, nameOf(manifest), path, { manifests });
      const whole = (container.envFrom ?? []).filter(({ secretRef }) => secretRef);
      return [
        ...whole.map(() => ({
          manifest: nameOf(manifest),
          path: `${path}.envFrom`,
          message: 'a Secret is given whole, not by key',
        })),
        ...variables
          .filter(({ name, value }) => value !== undefined && SECRET.test(name))
          .map(({ name, manifest: where, path: field }) => ({
            manifest: where,
            path: field,
            message: `${name} is not from a Secret`,
          })),
      ];
    }),
  );
}

function inMaps({ manifests }: Subject): Fault[] {
  return ofKind(manifests, 'ConfigMap').flatMap((map) =>
    Object.entries(map.data ?? {})
      .filter(([, text]) => WITH_PASSWORD.test(text))
      .map(([key]) => ({ manifest: nameOf(map), path: `data.${key}`, message: 'an address with a password' })),
  );
}
