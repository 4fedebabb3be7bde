/** `npm run images:check`: what is wrong with the Dockerfile, the compose file and the workflows; ends with 1 when something is. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../contracts/gate/image.ts';
import { composeOf } from './compose.ts';
import { composeFindings } from './compose-rules.ts';
import { dockerfileFindings, ignoreFindings } from './dockerfile-rules.ts';
import { ignoredBy } from './ignored.ts';
import { workflowFindings } from './workflow-rules.ts';

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const workflows = readdirSync(join(root, '.github', 'workflows'));

const findings = [
  ...dockerfileFindings(read('Dockerfile')).map((finding) => `Dockerfile: ${finding}`),
  ...ignoreFindings(ignoredBy(read('.dockerignore'))),
  ...composeFindings(composeOf(read('compose.yaml'))).map((finding) => `compose.yaml: ${finding}`),
  ...workflows.flatMap((name) =>
    workflowFindings(read('.github', 'workflows', name)).map((finding) => `${name}: ${finding}`),
  ),
  ...engineFindings(),
];
process.stdout.write(findings.map((finding) => `${finding}\n`).join(''));
process.stdout.write(`${findings.length} findings\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** What Docker itself says of the compose file, where it is. */
function engineFindings(): string[] {
  if (spawnSync('docker', ['compose', 'version']).status !== 0) {
    process.stdout.write('SKIPPED: docker compose is not installed, so it was not asked about compose.yaml\n');
    return [];
  }
  const options = { cwd: root, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet', '--no-env-resolution'], options);
  return status === 0 ? [] : [`compose.yaml: ${stderr.trim()}`];
}
