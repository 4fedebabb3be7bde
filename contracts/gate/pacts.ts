/** Reads which RPCs and events the committed pacts speak of, and between whom. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './image.ts';

export interface PactUse {
  /** As `orders → payments: money is given back`. */
  label: string;
  consumer: string;
  /** `package.Service/Method` or the full name of an event. */
  subject: string;
}

interface Interaction {
  description?: string;
  request?: { path?: string };
  [part: string]: unknown;
}

interface Pact {
  consumer?: { name?: string };
  provider?: { name?: string };
  interactions?: Interaction[];
}

export function pactUses(folder = join(root, 'contracts/pacts')): PactUse[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => usesOf(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}

/** By service, the RPCs that it calls. The gateway is left out: what it passes on is called by others, who have no pacts. */
export function callsByPact(uses: readonly PactUse[] = pactUses()): Record<string, string[]> {
  const callers = Map.groupBy(uses, ({ consumer }) => consumer);
  callers.delete('gateway');
  const rpcs = (each: PactUse[]) => each.map(({ subject }) => subject).filter((subject) => subject.includes('/'));
  return Object.fromEntries([...callers].sort().map(([caller, each]) => [caller, [...new Set(rpcs(each))].sort()]));
}

function usesOf({ consumer, provider, interactions = [] }: Pact): PactUse[] {
  const [from, to] = [consumer?.name ?? '?', provider?.name ?? '?'];
  return interactions.flatMap((interaction) => {
    const subject = interaction.request?.path?.replace(/^\//, '') ?? streamOf(interaction) ?? eventOf(interaction);
    if (!subject) return [];
    const description = interaction.description?.replace(`${subject}: `, '') ?? subject;
    return [{ label: `${from} → ${to}: ${description}`, consumer: from, subject }];
  });
}

/** A message of a stream tells its RPC where it is described, and nowhere else. */
function streamOf({ description = '' }: Interaction): string | undefined {
  return /^([\w.]+\/\w+): /.exec(description)?.[1];
}

/** A message tells its type in a header; wherever the pact keeps that, nothing else in it looks the same. */
function eventOf(interaction: Interaction): string | undefined {
  return /tradewind\.\w+\.events\.v\d+\.\w+/.exec(JSON.stringify(interaction))?.[0];
}
