/** Every rule, those about calls first, then about safety, then about pods. */
import { authorizationEdges } from './authorization-edges.ts';
import { configuration } from './configuration.ts';
import { drain } from './drain.ts';
import { edge } from './edge.ts';
import { hosts } from './hosts.ts';
import { images } from './images.ts';
import { mirrors } from './mirrors.ts';
import { mutualTls } from './mutual-tls.ts';
import { networkEdges } from './network-edges.ts';
import { podSecurity } from './pod-security.ts';
import { portProtocols } from './port-protocols.ts';
import { probes } from './probes.ts';
import { retries } from './retries.ts';
import { routes } from './routes.ts';
import type { Fault, Rule, Subject } from './rule.ts';
import { scaling } from './scaling.ts';
import { schema } from './schema.ts';
import { scopes } from './scopes.ts';
import { secrets } from './secrets.ts';
import { subsets } from './subsets.ts';
import { timeouts } from './timeouts.ts';
import { tokens } from './tokens.ts';

export const rules: readonly Rule[] = [
  schema,
  routes,
  retries,
  mirrors,
  timeouts,
  hosts,
  subsets,
  portProtocols,
  authorizationEdges,
  networkEdges,
  scopes,
  mutualTls,
  edge,
  tokens,
  podSecurity,
  secrets,
  images,
  configuration,
  probes,
  scaling,
  drain,
];

export interface Finding extends Fault {
  readonly rule: string;
}

/** What the rules find. */
export async function findingsIn(subject: Subject, asked: readonly Rule[] = rules): Promise<Finding[]> {
  const found = await Promise.all(
    asked.map(async (rule) => (await rule.faults(subject)).map((fault) => ({ rule: rule.name, ...fault }))),
  );
  return found.flat();
}
