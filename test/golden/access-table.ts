import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { Access, rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { nameOf, rpcs } from '../architecture/contracts.ts';

/** Somebody who calls: from outside through the gateway, or a service within the mesh. */
export interface Caller {
  readonly column: string;
  readonly service?: string;
  readonly roles?: readonly string[];
  readonly scope?: string;
}

const EVERY_ROLE = ['SHOPPER', 'MERCHANT', 'OPERATOR'];

const USERS: readonly Caller[] = [
  { column: 'anonymous' },
  { column: 'SHOPPER', roles: ['SHOPPER'] },
  { column: 'MERCHANT', roles: ['MERCHANT'] },
  { column: 'OPERATOR', roles: ['OPERATOR'] },
];

/** A user who has every role, by a client or an API key that may do one thing. */
const SCOPED: readonly Caller[] = scopesOf(rpcs).map((scope) => ({
  column: `key:${scope}`,
  roles: EVERY_ROLE,
  scope,
}));

/** Services, each on behalf of somebody who may do everything. */
const SERVICES: readonly Caller[] = [...new Set(rpcs.flatMap((method) => getOption(method, rpcPolicy).allowedCallers))]
  .filter((name) => name !== 'external')
  .toSorted()
  .map((service) => ({ column: service, service, roles: EVERY_ROLE }));

export const callers: readonly Caller[] = [...USERS, ...SCOPED, ...SERVICES];

type Verdict = 'yes' | 'who?' | 'no';

/** What the contract says of a call: it is let through, nobody knows who asks (UNAUTHENTICATED), or it is not theirs to ask (PERMISSION_DENIED). */
export function verdictOf(method: DescMethod, caller: Caller): Verdict {
  const { access, roles, scopes, allowedCallers } = getOption(method, rpcPolicy);
  const isUser = caller.roles !== undefined;
  const isReached = caller.service
    ? allowedCallers.includes(caller.service)
    : allowedCallers.includes('external') || (allowedCallers.includes('gateway') && access !== Access.SERVICE);
  if (!isReached) return caller.service || isUser ? 'no' : 'who?';
  if (access === Access.PUBLIC || access === Access.SERVICE) return 'yes';
  if (!isUser) return 'who?';
  if (caller.scope !== undefined && !scopes.includes(caller.scope)) return 'no';
  return access === Access.ROLE && !roles.some((role) => caller.roles?.includes(role)) ? 'no' : 'yes';
}

/** Who may call what: a row for each RPC, a column for each caller. */
export function accessTable(): string {
  const rows = rpcs.map((method) => [nameOf(method), ...callers.map((caller) => verdictOf(method, caller))]);
  const table = [['RPC', ...callers.map(({ column }) => column)], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function scopesOf(methods: readonly DescMethod[]): string[] {
  return [...new Set(methods.flatMap((method) => getOption(method, rpcPolicy).scopes))].toSorted();
}
