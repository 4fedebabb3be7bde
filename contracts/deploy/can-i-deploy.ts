/** `npm run can-i-deploy <service> [-- --to <environment> [--deployed]]`: answers yes (0), no (1) with each pair in the way, or says what it did not understand (2). */
import { parseArgs } from 'node:util';
import { readMatrix } from '../verify/matrix.ts';
import { currentVersions } from './current.ts';
import { deployedTo, environmentNamed, readEnvironments, recordDeployment } from './environments.ts';
import { obstaclesOf } from './judge.ts';

const USAGE = 'Usage: npm run can-i-deploy <service> [-- --to <environment> [--deployed]]';

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  process.exitCode = misunderstood((error as Error).message);
}

function run(argv: string[]): number {
  const { positionals, values } = parsed(argv);
  const current = currentVersions();
  const [service, ...rest] = positionals;
  if (service === undefined || rest.length > 0) return misunderstood(USAGE);
  const self = current[service];
  if (!self) return misunderstood(`there is no service "${service}"; there are ${Object.keys(current).join(', ')}`);
  const { deployed } = values;
  const to = values.to === undefined ? undefined : environmentNamed(values.to);
  if (deployed) {
    if (to === undefined) return misunderstood('say with --to where it was deployed');
    recordDeployment(to, service, self);
    process.stdout.write(`${service} is noted as deployed to ${to}\n`);
    return 0;
  }
  const there = to === undefined ? current : deployedTo(to, readEnvironments());
  const obstacles = obstaclesOf(service, { current, there, matrix: readMatrix() });
  const where = to === undefined ? '' : ` to ${to}`;
  if (obstacles.length === 0) {
    process.stdout.write(`yes: ${service} can be deployed${where}\n`);
    return 0;
  }
  const lines = obstacles.map(
    ({ consumer, provider, why, todo }) => `  ${consumer} → ${provider}: ${why}\n    to do: ${todo}\n`,
  );
  process.stdout.write(`no: ${service} cannot be deployed${where}\n${lines.join('')}`);
  return 1;
}

/** A question that is not understood must not end as a "no" does. */
function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { to: { type: 'string' }, deployed: { type: 'boolean', default: false } },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}

function misunderstood(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
