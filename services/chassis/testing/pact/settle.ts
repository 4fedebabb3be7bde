/** Holds what the tests say against the committed pacts. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { type Interaction, PACTS, readPact, sorted, writePact } from './artefact.ts';

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
