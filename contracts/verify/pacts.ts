/** The committed pacts, by who takes part in them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PACTS, type Pact, readPact } from '#chassis/testing/pact/artefact.ts';

/** Every committed pact with the name of its file, in order. */
export function committedPacts(): { file: string; pact: Pact }[] {
  return readdirSync(PACTS)
    .filter((file) => /^[a-z]+-[a-z]+\.json$/.test(file))
    .toSorted()
    .map((file) => ({ file, pact: readPact(join(PACTS, file)) }));
}

/** The files of the pacts a service must keep. */
export function pactsOf(provider: string): string[] {
  return committedPacts()
    .filter(({ pact }) => pact.provider.name === provider)
    .map(({ file }) => file);
}
