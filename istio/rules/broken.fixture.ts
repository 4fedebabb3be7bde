/** Production with one object changed, to show that a rule sees it. */
import type { Manifest } from '../generate/manifest.ts';
import { buildOverlay, buildScenario } from '../manifests.ts';
import type { Kinds } from '../policy/kinds.ts';
import { type Rule, subjectOf } from './rule.ts';
import { type Finding, findingsIn } from './rules.ts';

/** What a rule finds in an environment as it is generated, with the named object changed. */
export async function afterChange<K extends keyof Kinds>(
  rule: Rule,
  kind: K,
  name: string,
  change: (object: Kinds[K]) => void,
  built: readonly Manifest[] = production,
): Promise<Finding[]> {
  const manifests = structuredClone(built) as Manifest[];
  const found = manifests.findIndex((manifest) => manifest.kind === kind && manifest.metadata?.name === name);
  if (found < 0) throw new Error(`there is no ${kind} ${name} to change`);
  const changed = JSON.parse(JSON.stringify(manifests[found]));
  change(changed);
  return await findingsIn(subjectOf('changed', manifests.with(found, changed)), [rule]);
}

/** The same with an object more, or one less. */
export async function afterAdding(rule: Rule, added: Manifest): Promise<Finding[]> {
  return await findingsIn(subjectOf('changed', [...production, added]), [rule]);
}

export async function afterRemoving(rule: Rule, kind: string, name: string): Promise<Finding[]> {
  const rest = production.filter((manifest) => manifest.kind !== kind || manifest.metadata?.name !== name);
  if (rest.length === production.length) throw new Error(`there is no ${kind} ${name} to remove`);
  return await findingsIn(subjectOf('changed', rest), [rule]);
}

const production = buildOverlay('production');
export const dev = buildOverlay('dev');
export const mirror = buildScenario('mirror');
export const canary = buildScenario('canary');
