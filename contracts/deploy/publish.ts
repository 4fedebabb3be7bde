/** Publishes the committed pacts and their results when `PACT_BROKER_BASE_URL` names a broker; `npm run pacts` ends with it. */
import { execFileSync } from 'node:child_process';
import { readMatrix } from '../verify/matrix.ts';
import { committedPacts } from '../verify/pacts.ts';
import { type Broker, publish } from './broker.ts';
import { currentVersions } from './current.ts';

const { PACT_BROKER_BASE_URL: url } = process.env;
if (url) {
  const current = currentVersions();
  const isCurrent = ({ consumer, provider, pactHash, contractHash }: ReturnType<typeof readMatrix>[number]) =>
    current[consumer]?.pactHashes[provider] === pactHash && current[provider]?.contractHash === contractHash;
  const pacts = committedPacts().map(({ pact }) => pact);
  const version = git('rev-parse', 'HEAD');
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  const results = readMatrix().filter(isCurrent);
  await publish({ url, ...credentials() }, { version, branch, pacts, results });
  process.stdout.write(`${pacts.length} pacts and ${results.length} results of ${version} were published to ${url}\n`);
}

function git(...command: string[]): string {
  return execFileSync('git', command, { encoding: 'utf8' }).trim();
}

function credentials(): Pick<Broker, 'authorization'> {
  const { PACT_BROKER_TOKEN: token, PACT_BROKER_USERNAME: user, PACT_BROKER_PASSWORD: password = '' } = process.env;
  if (token) return { authorization: `Bearer ${token}` };
  return user ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } : {};
}
