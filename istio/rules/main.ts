/** `npm run mesh:check`: judges every environment and every scenario, and prints what is wrong. Ends with 1 when something is. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build/kustomize.ts';
import { environmentNames, readTopology } from '../generate/topology.ts';
import { buildOverlay, buildScenario, folderOf, readArgocd, scenarioNames } from '../manifests.ts';
import { analyse } from './analyse.ts';
import { argocdFaults } from './argocd.ts';
import { findingsTable } from './findings-table.ts';
import { subjectOf } from './rule.ts';
import { type Finding, findingsIn, rules } from './rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const began = performance.now();

const subjects = [
  ...environmentNames.map((name) => ({ name, folder: folderOf('overlays', name), manifests: buildOverlay(name) })),
  ...scenarioNames().map((name) => ({ name, folder: folderOf('scenarios', name), manifests: buildScenario(name) })),
];

const found: { subject: string; findings: readonly Finding[] }[] = [];
for (const { name, manifests } of subjects) {
  found.push({ subject: name, findings: await findingsIn(subjectOf(name, manifests)) });
}

const { istiod } = readTopology().platform;
const argocd = argocdFaults(readArgocd(), istiod.namespace, (path) => build(join(root, path)));
found.push({ subject: 'argocd', findings: argocd.map((fault) => ({ ...fault, rule: 'argocd' })) });

const { problems, skipped } = await analyse(subjects);
for (const reason of skipped) process.stderr.write(`SKIPPED: ${reason}\n`);
for (const problem of problems) process.stderr.write(`${problem}\n`);

const table = findingsTable(found);
if (table !== '') process.stdout.write(`${table}\n`);
const count = found.reduce((sum, { findings }) => sum + findings.length, 0) + problems.length;
const seconds = ((performance.now() - began) / 1000).toFixed(1);
process.stdout.write(
  `${rules.length} rules, ${subjects.length} environments and scenarios, ${count} findings, ${seconds} s\n`,
);
process.exitCode = count > 0 ? 1 : 0;
