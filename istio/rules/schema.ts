import { schemaProblems } from '../build/schema.ts';
import { nameOf } from '../policy/kinds.ts';
import type { Fault, Rule } from './rule.ts';

export const schema: Rule = {
  name: 'schema',
  about: 'Every object is what its kind allows, by the schemas of Kubernetes and Istio.',
  async faults({ manifests }) {
    const found = await Promise.all(
      manifests.map(async (manifest) => {
        const problems = await schemaProblems(manifest);
        return problems.map((problem): Fault => ({ manifest: nameOf(manifest), ...fieldOf(problem) }));
      }),
    );
    return found.flat();
  },
};

/** `data/spec/http/0/timeout must be string` is about `spec.http[0].timeout`. */
function fieldOf(problem: string): { path: string; message: string } {
  const message = problem.replace(/^\S+ \S+: /, '');
  const [, pointer = ''] = /data\/(\S+)/.exec(message) ?? [];
  const path = pointer.replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  return { path: path || 'kind', message };
}
