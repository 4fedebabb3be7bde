import { NATS_PORT, POSTGRES_PORT } from '../generate/surroundings.ts';
import { authorize } from '../policy/authorization.ts';
import type { Verdict } from '../policy/network.ts';
import type { Workload } from '../policy/pods.ts';
import { type Asker, askersOf, type Trial, trialsOf } from './calls.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const authorizationEdges: Rule = {
  name: 'authorization-edges',
  about:
    'AuthorizationPolicies let every caller of a contract call its RPCs, every service reach NATS, owners of databases PostgreSQL, everybody read the keys of tokens, outsiders reach the gateway, and nothing else.',
  faults: (subject) =>
    subject.workloads.flatMap((workload) =>
      askersOf(subject).flatMap((asker) => {
        const wrong = trialsFor(workload, asker, subject)
          .map((trial) => ({ ...trial, verdict: authorize(subject.authorizations, workload, trial.request) }))
          .filter(({ expected, verdict }) => verdict.allowed !== expected);
        return [...open(wrong, asker, workload), ...closed(wrong, asker, workload)];
      }),
    ),
};

type Wrong = readonly (Trial & { readonly verdict: Verdict })[];

function open(wrong: Wrong, { name }: Asker, { labels }: Workload): Fault[] {
  return grouped(wrong.filter(({ verdict }) => verdict.allowed)).map(([manifest, said]) => ({
    manifest,
    path: 'spec.rules',
    message: `${name} may ${said} of ${labels.app}, and no contract says so`,
  }));
}

function closed(wrong: Wrong, { name }: Asker, { labels }: Workload): Fault[] {
  return grouped(wrong.filter(({ verdict }) => !verdict.allowed)).map(([manifest, said]) => ({
    manifest,
    path: 'spec.rules',
    message: `${name} may not ${said} of ${labels.app}, and its contract says it may`,
  }));
}

/** One line for each object that is wrong about somebody. */
function grouped(wrong: Wrong): [manifest: string, said: string][] {
  return [...Map.groupBy(wrong, ({ verdict }) => verdict.by)].map(([manifest, trials]) => {
    const [first] = trials;
    const more = trials.length > 1 ? ` (and ${trials.length - 1} more)` : '';
    return [manifest, `${first?.said}${more}`];
  });
}

function trialsFor({ labels }: Workload, asker: Asker, subject: Subject): Trial[] {
  const node = subject.mesh.find(({ name }) => name === labels.app);
  if (node) return trialsOf(node, asker, subject);
  const port = SERVERS[labels.app ?? ''];
  const isUser = subject.mesh.some(({ name, database }) => name === asker.name && (database || labels.app === 'nats'));
  return [port, UNHEARD_OF].map((asked) => ({
    said: `connect on ${asked}`,
    request: { principal: asker.principal, port: asked ?? UNHEARD_OF },
    expected: isUser && asked === port,
  }));
}

/** Where servers that speak no HTTP listen. */
const SERVERS: Readonly<Record<string, number>> = { nats: NATS_PORT, postgres: POSTGRES_PORT };
const UNHEARD_OF = 31_337;
