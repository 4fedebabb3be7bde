/** The committed pacts: what each test file wrote is compared with them, or takes its place when pacts are rewritten. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

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

/** Compares the interactions one test file wrote with those committed under its name; with UPDATE_PACTS they take their place. */
export function settle(writtenFile: string, writer: string): void {
  const written = readPact(writtenFile);
  const committedFile = join(PACTS, basename(writtenFile));
  const committed = existsSync(committedFile) ? readPact(committedFile) : { ...written, interactions: [] };
  const mine = ({ comments }: Interaction) => comments.testname === writer;
  if (process.env.UPDATE_PACTS) {
    const others = committed.interactions.filter((interaction) => !mine(interaction));
    writePact(committedFile, { ...written, interactions: [...others, ...written.interactions] });
  }
  const now = process.env.UPDATE_PACTS ? readPact(committedFile) : committed;
  const told = `${basename(committedFile)} is not what ${writer} says: run npm run pacts and commit what it writes`;
  expect(now.interactions.filter(mine), told).toEqual(sorted(written.interactions));
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

function sorted(interactions: readonly Interaction[]): Interaction[] {
  return interactions.toSorted((a, b) => (a.description < b.description ? -1 : 1));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, ordered(each)]));
}
