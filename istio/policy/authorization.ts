/**
 * Whether AuthorizationPolicies let a request through, decided as a proxy beside the pod decides: a policy that asks somebody else first, then those that
 * deny, then, if there is one that allows, only what one of them allows.
 */
import type { Kinds } from './kinds.ts';
import { nameOf } from './kinds.ts';
import type { Verdict } from './network.ts';
import { hasLabels, type Pod } from './pods.ts';
import { matchesPath, matchesText } from './text-match.ts';

export interface Request {
  /** Who asks, by certificate: `cluster.local/ns/tradewind/sa/orders`; undefined for somebody without one. */
  readonly principal: string | undefined;
  readonly port: number;
  /** Undefined when the port carries no HTTP. */
  readonly http?: {
    readonly method: string;
    readonly path: string;
    readonly host?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** A policy says something that cannot be told from manifests. */
export class CannotJudge extends Error {}

type AuthorizationPolicy = Kinds['AuthorizationPolicy'];
type Rule = NonNullable<NonNullable<AuthorizationPolicy['spec']>['rules']>[number];
type Source = NonNullable<NonNullable<Rule['from']>[number]['source']>;
type Operation = NonNullable<NonNullable<Rule['to']>[number]['operation']>;
type Condition = NonNullable<Rule['when']>[number];
type Action = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** Policies of this namespace are about every pod of the mesh. */
const ROOT_NAMESPACE = 'istio-system';

export function authorize(policies: readonly AuthorizationPolicy[], pod: Pod, request: Request): Verdict {
  const applying = policies.filter((policy) => isAbout(policy, pod));
  const matching = (action: Action) =>
    applying.find((policy) => actionOf(policy) === action && matchesPolicy(policy, request));

  const asking = matching('CUSTOM');
  if (asking) {
    const provider = asking.spec?.provider?.name;
    return { allowed: false, by: nameOf(asking), why: `${provider} is asked, whose answer no manifest tells` };
  }
  const denying = matching('DENY');
  if (denying) return { allowed: false, by: nameOf(denying), why: 'it denies the request' };
  const lists = applying.filter((policy) => actionOf(policy) === 'ALLOW');
  if (lists.length === 0) return { allowed: true, by: 'no AuthorizationPolicy', why: 'none is about the pod' };
  const allowing = matching('ALLOW');
  if (allowing) return { allowed: true, by: nameOf(allowing), why: 'one of its rules allows the request' };
  return { allowed: false, by: lists.map(nameOf).join(', '), why: 'no rule allows the request' };
}

const actionOf = ({ spec }: AuthorizationPolicy): Action => spec?.action ?? 'ALLOW';

/** A policy that is tied to a gateway or a waypoint is not about pods with a proxy of their own. */
function isAbout({ metadata, spec }: AuthorizationPolicy, pod: Pod): boolean {
  if (spec?.targetRef || spec?.targetRefs?.length) return false;
  const namespace = metadata?.namespace ?? 'default';
  return [pod.namespace, ROOT_NAMESPACE].includes(namespace) && hasLabels(pod, spec?.selector?.matchLabels);
}

/** A policy without rules matches nothing; a rule without conditions matches everything. */
function matchesPolicy(policy: AuthorizationPolicy, request: Request): boolean {
  const place: Place = {
    policy: nameOf(policy),
    namespace: policy.metadata?.namespace ?? 'default',
    denies: actionOf(policy) === 'DENY',
  };
  return (policy.spec?.rules ?? []).some(
    ({ from = [], to = [], when = [] }) =>
      (from.length === 0 || from.some(({ source = {} }) => matchesSource(source, request, place))) &&
      (to.length === 0 || to.some(({ operation = {} }) => matchesOperation(operation, request, place))) &&
      when.every((condition) => matchesCondition(condition, request, place)),
  );
}

interface Place {
  readonly policy: string;
  readonly namespace: string;
  readonly denies: boolean;
}

/** What a list of patterns and a list of exceptions say together; an empty list says nothing. */
function within(
  matches: (patterns: readonly string[]) => boolean,
  patterns: readonly string[] = [],
  exceptions: readonly string[] = [],
): boolean {
  return (patterns.length === 0 || matches(patterns)) && (exceptions.length === 0 || !matches(exceptions));
}

function matchesSource(source: Source, { principal }: Request, place: Place): boolean {
  const told = ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks', 'requestPrincipals'] as const;
  const unknown = [...told, 'notRequestPrincipals' as const].find((field) => source[field]?.length);
  if (unknown) throw new CannotJudge(`${place.policy}: no manifest tells the ${unknown} of a request`);
  const [, namespace, account] = /\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal ?? '') ?? [];
  const isAccount = (accounts: readonly string[]) =>
    accounts.some((each) => (each.includes('/') ? each : `${place.namespace}/${each}`) === `${namespace}/${account}`);
  return (
    within((patterns) => matchesText(principal, patterns), source.principals, source.notPrincipals) &&
    within((patterns) => matchesText(namespace, patterns), source.namespaces, source.notNamespaces) &&
    within(isAccount, source.serviceAccounts, source.notServiceAccounts)
  );
}

/** Where there is no HTTP, a rule about HTTP allows nothing, and denies everything that the rest of it is about. */
function matchesOperation(operation: Operation, { port, http }: Request, { denies }: Place): boolean {
  const { ports, notPorts, methods, notMethods, paths, notPaths, hosts, notHosts } = operation;
  if (!within((patterns) => matchesText(String(port), patterns), ports, notPorts)) return false;
  const aboutHttp = [methods, notMethods, paths, notPaths, hosts, notHosts].some((list) => list?.length);
  if (http === undefined) return !aboutHttp || denies;
  const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
  return (
    within((patterns) => matchesText(http.method, patterns), methods, notMethods) &&
    within((patterns) => matchesPath(http.path, patterns), paths, notPaths) &&
    within((patterns) => matchesText(http.host?.toLowerCase(), lower(patterns)), hosts, notHosts)
  );
}

function matchesCondition({ key, values, notValues }: Condition, request: Request, place: Place): boolean {
  return within((patterns) => matchesText(attribute(key, request, place), patterns), values, notValues);
}

function attribute(key: string, { principal, port, http }: Request, { policy }: Place): string | undefined {
  if (key === 'source.principal') return principal;
  if (key === 'source.namespace') return /\/ns\/([^/]+)\//.exec(principal ?? '')?.[1];
  if (key === 'destination.port') return String(port);
  const [, header] = /^request\.headers\[(.+)\]$/.exec(key) ?? [];
  if (header === undefined) throw new CannotJudge(`${policy}: no manifest tells the ${key} of a request`);
  return http?.headers?.[header.toLowerCase()];
}
