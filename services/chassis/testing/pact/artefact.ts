/** The committed pacts, and how they are read and written. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PACTS = fileURLToPath(new URL('../../../../contracts/pacts/', import.meta.url));

export interface Interaction {
  type: string;
  description: string;
  pending: boolean;
  comments: { testname: string };
  providerStates?: { name: string }[];
  request?: { path: string };
  /** The headers of a message; of a stream's, also what was asked and by whom. */
  metadata?: Record<string, string>;
}

export interface Pact {
  consumer: { name: string };
  provider: { name: string };
  interactions: Interaction[];
  metadata: unknown;
}

export function readPact(path: string): Pact {
  return JSON.parse(readFileSync(path, 'utf8')) as Pact;
}

/** Writes a pact so that the same interactions always give the same bytes, whatever version of the tool made them. */
export function writePact(path: string, { consumer, provider, interactions }: Pact): void {
  const metadata = { pactSpecification: { version: '4.0' } };
  mkdirSync(PACTS, { recursive: true });
  const pact = ordered({ consumer, provider, interactions: sorted(interactions), metadata });
  writeFileSync(path, `${JSON.stringify(pact, undefined, 2)}\n`);
}

export function sorted(interactions: readonly Interaction[]): Interaction[] {
  return interactions.toSorted((a, b) => (a.description < b.description ? -1 : 1));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, ordered(each)]));
}
