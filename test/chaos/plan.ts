/** Decides, from a seed alone and before anything runs, what goes wrong in a campaign and when. */
import { type Random, seededRandom } from '../../cli/demo/random.ts';

/** Where a mesh can be hurt. */
const SERVICES = [
  'identity',
  'catalog',
  'inventory',
  'payments',
  'shipping',
  'notifications',
  'orders',
  'operations',
  'gateway',
];
const STREAMS = ['ORDERS', 'INVENTORY', 'PAYMENTS', 'SHIPPING', 'IDENTITY'];
/** Those that hold the money and the stock die more often than those that look on. */
const VICTIMS = [...SERVICES, 'orders', 'orders', 'orders', 'payments', 'payments', 'inventory', 'inventory'];
const WAYS = ['nats', 'postgres', 'catalog', 'inventory', 'payments', 'shipping', 'orders'];
/** Longer than a statement of the relay may take, so that somebody has to give up. */
const SILENCE_MS = 15_000;
/** One drop in so many is a silence: campaigns have an end. */
const DROPS_TO_A_SILENCE = 4;
const SHARE_OF_NATS = 0.1;
const SHARE_OF_POSTGRES = 0.1;
/** Tokens are taken from clocks that are half a minute apart, so two clocks may each be wrong by half of that. */
const MOST_SKEW_MS = 15_000;
const LEAST_SKEW_MS = 3_000;

export type Fault =
  | { kind: 'kill'; victim: string }
  | { kind: 'reset'; way: string }
  | { kind: 'delay'; way: string; ms: number; forMs: number }
  | { kind: 'drop'; way: string; forMs: number }
  | { kind: 'silence'; way: string; forMs: number }
  | { kind: 'duplicate'; stream: string; events: number }
  | { kind: 'reorder'; stream: string; events: number };

export interface Plan {
  seed: number;
  orders: number;
  /** By how much the clocks of two services are wrong, in milliseconds. */
  skews: Record<string, number>;
  /** In the order they happen; each when so many orders have ended. */
  faults: { after: number; fault: Fault }[];
}

export function planOf({ seed, orders, kills }: { seed: number; orders: number; kills: number }): Plan {
  const random = seededRandom(seed, 1_000_003);
  // Drawn apart, so that plans are otherwise what they were without it.
  const rare = seededRandom(seed, 1_000_211);
  const deaths = [
    ...Array<string>(Math.round(kills * SHARE_OF_NATS)).fill('nats'),
    ...Array<string>(Math.round(kills * SHARE_OF_POSTGRES)).fill('postgres'),
  ];
  while (deaths.length < kills) deaths.push(random.pick(VICTIMS));
  const faults = random.shuffled<Fault>([
    ...deaths.slice(0, kills).map((victim) => ({ kind: 'kill' as const, victim })),
    ...Array.from({ length: Math.ceil(kills / 2) }, () => harm(random, rare)),
  ]);
  // Nothing before the first orders are under way, nothing when none is any more.
  const moments = faults.map(() => random.below(Math.max(1, Math.floor(orders * 0.94)))).toSorted((a, b) => a - b);
  const skew = () => (random.below(2) === 0 ? -1 : 1) * (LEAST_SKEW_MS + random.below(MOST_SKEW_MS - LEAST_SKEW_MS));
  const skews = Object.fromEntries(random.sample(SERVICES, 2).map((service) => [service, skew()]));
  return { seed, orders, skews, faults: faults.map((fault, index) => ({ after: moments[index] ?? 0, fault })) };
}

function harm(random: Random, rare: Random): Fault {
  const way = random.pick(WAYS);
  const kinds: (() => Fault)[] = [
    () => ({ kind: 'reset', way }),
    () => ({ kind: 'delay', way, ms: 50 + random.below(450), forMs: 500 + random.below(1500) }),
    () => ({ kind: 'drop', way, forMs: 500 + random.below(2500) }),
    () => ({ kind: 'duplicate', stream: random.pick(STREAMS), events: 5 + random.below(40) }),
    () => ({ kind: 'reorder', stream: random.pick(STREAMS), events: 5 + random.below(40) }),
  ];
  const fault = random.pick(kinds)();
  if (fault.kind !== 'drop' || rare.below(DROPS_TO_A_SILENCE) > 0) return fault;
  return { kind: 'silence', way, forMs: SILENCE_MS };
}

/** A plan as lines for people. */
export function planText({ seed, orders, skews, faults }: Plan): string {
  const clocks = Object.entries(skews).map(([service, ms]) => `clock of ${service} ${ms > 0 ? '+' : ''}${ms} ms`);
  const kills = faults.filter(({ fault }) => fault.kind === 'kill').length;
  return [
    `seed ${seed}: ${orders} orders, ${kills} kills, ${faults.length - kills} other faults; ${clocks.join(', ')}`,
    ...faults.map(({ after, fault }) => `  after ${String(after).padStart(5)} orders: ${faultText(fault)}`),
  ].join('\n');
}

export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `SIGKILL ${fault.victim}`;
    case 'reset':
      return `reset every connection to ${fault.way}`;
    case 'delay':
      return `${fault.ms} ms of delay on the way to ${fault.way} for ${fault.forMs} ms`;
    case 'drop':
      return `nothing comes through to ${fault.way} for ${fault.forMs} ms`;
    case 'silence':
      return `nothing comes through to ${fault.way} for ${fault.forMs} ms, and then only over new connections`;
    case 'duplicate':
      return `the last ${fault.events} events of ${fault.stream} once more`;
    case 'reorder':
      return `${fault.events} old events of ${fault.stream} once more, late and out of order`;
  }
}
