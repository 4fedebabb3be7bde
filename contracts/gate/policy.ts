/** Says in words what a change of policy means: who may newly call, who no longer, and what was promised and is not any more. */
import type { JsonValue } from '@bufbuild/protobuf';
import { type Judge, shown, type Verdict } from './judged.ts';
import { REST } from './options.ts';

const RPC = 'tradewind.mesh.v1.rpc.';
const EVENT = 'tradewind.mesh.v1.event.';

const NO_USER = 'whoever calls for no user';
const NO_ROLE = 'users without one of its roles';
/** Whom an access refuses. What is none lets nobody in. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  ACCESS_PUBLIC: [],
  ACCESS_AUTHENTICATED: [NO_USER],
  ACCESS_ROLE: [NO_USER, NO_ROLE],
  ACCESS_SERVICE: ['whoever is outside the mesh'],
};
/** From what is shed last to what is shed first. */
const PRIORITIES = ['PRIORITY_CRITICAL', 'PRIORITY_NORMAL', 'PRIORITY_BACKGROUND'];
const DATA_CLASSES = ['DATA_CLASS_PUBLIC', 'DATA_CLASS_PERSONAL', 'DATA_CLASS_SECRET'];
/** From what may be repeated least to most. */
const IDEMPOTENCIES = ['IDEMPOTENCY_UNKNOWN', 'IDEMPOTENT', 'NO_SIDE_EFFECTS'];

type Groups = readonly string[];

const listed = (value: JsonValue | undefined) => (Array.isArray(value) ? value.map(String) : []);
const fewer = (was: JsonValue | undefined, is: JsonValue | undefined) =>
  listed(was).filter((name) => !listed(is).includes(name));

/** Judges a list of which any one suffices. */
const anyOne =
  (noun: string): Judge =>
  (was, is) => [
    ...fewer(was, is).map((name): Verdict => ({ says: `is no longer open to ${noun} ${name}`, breaks: ['behaviour'] })),
    ...fewer(is, was).map((name): Verdict => ({ says: `is newly open to ${noun} ${name}`, breaks: [] })),
  ];

const JUDGES: Record<string, Judge> = {
  [`${RPC}allowedCallers`]: (was, is) => [
    ...fewer(was, is).map((caller): Verdict => {
      return { says: `may no longer be called by ${caller}`, breaks: ['behaviour'], callers: [caller] };
    }),
    ...fewer(is, was).map((caller): Verdict => {
      return { says: `may newly be called by ${caller}`, breaks: [], callers: [caller] };
    }),
  ],
  [`${RPC}roles`]: anyOne('role'),
  [`${RPC}scopes`]: anyOne('scope'),
  [`${RPC}access`]: (was, is) => {
    const [before, now] = [was, is].map((access) => REFUSED[String(access)] ?? ['everybody']) as [Groups, Groups];
    const closed = now.filter((group) => !before.includes(group));
    const opened = before.filter((group) => !now.includes(group));
    const what = `access was ${shown(was)} and is ${shown(is)}`;
    return [
      ...closed.map((group): Verdict => ({ says: `is closed to ${group}: ${what}`, breaks: ['behaviour'] })),
      ...opened.map((group): Verdict => ({ says: `is opened to ${group}: ${what}`, breaks: [] })),
    ];
  },
  [`${RPC}priority`]: (was, is) => {
    const [from, to] = [was, is].map((each) => PRIORITIES.indexOf(String(each ?? 'PRIORITY_NORMAL'))) as [
      number,
      number,
    ];
    const says = `is shed ${to > from ? 'sooner' : 'later'} under load: priority was ${shown(was)} and is ${shown(is)}`;
    return [{ says, breaks: [] }];
  },
  [`${RPC}staleOkSeconds`]: (was, is) => {
    const [from, to] = [Number(was ?? 0), Number(is ?? 0)];
    const less = to < from;
    const says = `is refused ${less ? 'sooner' : 'later'} when it does not answer: an earlier answer stood in for ${from} s and does for ${to} s`;
    return [{ says, breaks: less ? ['behaviour'] : [] }];
  },
  [`${RPC}timeoutMs`]: (was, is) => {
    const [from, to] = [Number(was ?? 0) || Number.POSITIVE_INFINITY, Number(is ?? 0) || Number.POSITIVE_INFINITY];
    const says = `has ${to < from ? 'less' : 'more'} time: deadline was ${deadline(was)} and is ${deadline(is)}`;
    return [{ says, breaks: to < from ? ['behaviour'] : [] }];
  },
  'tradewind.mesh.v1.lifecycle.sunset': (was, is) => {
    const sooner = was !== undefined && is !== undefined && String(is) < String(was);
    const says = `may be gone ${sooner ? 'sooner' : 'from another day'}: sunset was ${shown(was)} and is ${shown(is)}`;
    return [{ says, breaks: sooner ? ['behaviour'] : [] }];
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

/** How many calls of one client may be under way at once. A client that had more is refused what finds no place. */
export function judgePlaces(was: number, is: number): Verdict[] {
  if (is >= was) return [];
  return [{ says: `takes fewer calls of one client at once: ${was} before and ${is} now`, breaks: ['behaviour'] }];
}

function deadline(value: JsonValue | undefined): string {
  return Number(value ?? 0) ? `${value} ms` : 'none';
}
