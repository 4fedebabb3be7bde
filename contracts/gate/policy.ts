/** Says in words what a change of policy means: who may newly call, who no longer, and what was promised and is not any more. */
import type { JsonValue } from '@bufbuild/protobuf';
import { type Judge, shown, type Verdict } from './judged.ts';
import { REST } from './options.ts';

const RPC = 'tradewind.mesh.v1.rpc.';
const EVENT = 'tradewind.mesh.v1.event.';

/** From open to closed. A caller that could do with the former may fail with the latter. */
const ACCESSES = ['ACCESS_PUBLIC', 'ACCESS_AUTHENTICATED', 'ACCESS_ROLE', 'ACCESS_SERVICE'];
const DATA_CLASSES = ['DATA_CLASS_PUBLIC', 'DATA_CLASS_PERSONAL', 'DATA_CLASS_SECRET'];
/** From what may be repeated least to most. */
const IDEMPOTENCIES = ['IDEMPOTENCY_UNKNOWN', 'IDEMPOTENT', 'NO_SIDE_EFFECTS'];

const listed = (value: JsonValue | undefined) => (Array.isArray(value) ? value.map(String) : []);
const fewer = (was: JsonValue | undefined, is: JsonValue | undefined) =>
  listed(was).filter((name) => !listed(is).includes(name));

const JUDGES: Record<string, Judge> = {
  [`${RPC}allowedCallers`]: (was, is) => [
    ...fewer(was, is).map((caller): Verdict => {
      return { says: `may no longer be called by ${caller}`, breaks: ['behaviour'], callers: [caller] };
    }),
    ...fewer(is, was).map((caller): Verdict => {
      return { says: `may newly be called by ${caller}`, breaks: [], callers: [caller] };
    }),
  ],
  [`${RPC}roles`]: (was, is) => [
    ...fewer(was, is).map((role): Verdict => ({ says: `no longer suffices: role ${role}`, breaks: ['behaviour'] })),
    ...fewer(is, was).map((role): Verdict => ({ says: `newly suffices: role ${role}`, breaks: [] })),
  ],
  [`${RPC}access`]: (was, is) => {
    const [from, to] = [ACCESSES.indexOf(String(was)), ACCESSES.indexOf(String(is))];
    const closed = to > from;
    return [
      {
        says: `is ${closed ? 'closed' : 'opened'} to some: access was ${shown(was)} and is ${shown(is)}`,
        breaks: closed ? ['behaviour'] : [],
      },
    ];
  },
  [`${RPC}timeoutMs`]: (was, is) => {
    const [from, to] = [Number(was ?? 0) || Number.POSITIVE_INFINITY, Number(is ?? 0) || Number.POSITIVE_INFINITY];
    const says = `has ${to < from ? 'less' : 'more'} time: deadline was ${deadline(was)} and is ${deadline(is)}`;
    return [{ says, breaks: to < from ? ['behaviour'] : [] }];
  },
  [`${EVENT}aggregateIdField`]: (was, is) => [
    {
      says: `keeps its order by another field: the aggregate's id was ${shown(was)} and is ${shown(is)}`,
      breaks: ['behaviour'],
    },
  ],
  [`${EVENT}retentionDays`]: (was, is) => {
    const [from, to] = [Number(was ?? 0) || 30, Number(is ?? 0) || 30];
    const says = `is kept ${to < from ? 'shorter' : 'longer'}: ${from} days before and ${to} now`;
    return [{ says, breaks: to < from ? ['behaviour'] : [] }];
  },
  [REST]: (was, is) => [
    ...fewer(was, is).map((way): Verdict => ({ says: `can no longer be called as ${way}`, breaks: ['JSON'] })),
    ...fewer(is, was).map((way): Verdict => ({ says: `can newly be called as ${way}`, breaks: [] })),
  ],
  'tradewind.mesh.v1.data_class': (was, is) => {
    const [from, to] = [was, is].map((value) => Math.max(0, DATA_CLASSES.indexOf(String(value)))) as [number, number];
    const says = `is handled ${to < from ? 'less' : 'more'} carefully: ${DATA_CLASSES[from]} before and ${DATA_CLASSES[to]} now`;
    return [{ says, breaks: to < from ? ['behaviour'] : [] }];
  },
};

/** What a change of the option at `path` means. One nobody has an opinion of is told and breaks nothing. */
export function judgePolicy(path: string): Judge {
  const name = path.replace(/^(?:tradewind\.mesh\.v1|google\.api)\./, '');
  return JUDGES[path] ?? ((was, is) => [{ says: `${name} was ${shown(was)} and is ${shown(is)}`, breaks: [] }]);
}

/** Repeating is what callers do by themselves where the contract allows it. */
export const judgeIdempotency: Judge = (was, is) => {
  const less = IDEMPOTENCIES.indexOf(String(is)) < IDEMPOTENCIES.indexOf(String(was));
  const says = `may be repeated ${less ? 'less' : 'more'} freely: idempotency was ${shown(was)} and is ${shown(is)}`;
  return [{ says, breaks: less ? ['behaviour'] : [] }];
};

function deadline(value: JsonValue | undefined): string {
  return Number(value ?? 0) ? `${value} ms` : 'none';
}
