/** Answers whether a service can be deployed, in words and as the status of a process. */
import { parseArgs } from 'node:util';
import { readMatrix } from '../verify/matrix.ts';
import { currentVersions } from './current.ts';
import { deployedTo, environmentNamed, readEnvironments, recordDeployment } from './environments.ts';
import { obstaclesOf } from './judge.ts';

const USAGE = 'Usage: npm run can-i-deploy <service> [-- --to <environment> [--deployed]]';

/** 0 for yes and for what was noted, 1 for no, 2 for what was not understood. */
export interface Answer {
  status: 0 | 1 | 2;
  told: string;
}

export function answerTo(words: string[]): Answer {
  try {
    return judged(words);
  } catch (error) {
    return misunderstood((error as Error).message);
  }
}

function judged(words: string[]): Answer {
  const { positionals, values } = parsed(words);
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
    return { status: 0, told: `${service} is noted as deployed to ${to}\n` };
  }
  const there = to === undefined ? current : deployedTo(to, readEnvironments());
  const obstacles = obstaclesOf(service, { current, there, matrix: readMatrix() });
  const where = to === undefined ? '' : ` to ${to}`;
  if (obstacles.length === 0) return { status: 0, told: `yes: ${service} can be deployed${where}\n` };
  const lines = obstacles.map(
    ({ consumer, provider, why, todo }) => `  ${consumer} → ${provider}: ${why}\n    to do: ${todo}\n`,
  );
  return { status: 1, told: `no: ${service} cannot be deployed${where}\n${lines.join('')}` };
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

function misunderstood(message: string): Answer {
  return { status: 2, told: `${message}\n` };
}
