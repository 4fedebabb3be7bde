/** The test of one provider: all its pacts hold. Each has a file of its own, so that they run side by side. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDeployed, readEnvironments } from '../deploy/environments.ts';
import { readMatrix, recordResults, rowsOf, sameVersions } from './matrix.ts';
import { pactsOf } from './pacts.ts';
import { providers } from './providers.ts';
import { type RunningProvider, startProvider } from './start-provider.ts';
import { type Verification, verify } from './verify.ts';

export function pactLaws(name: string): void {
  let provider: RunningProvider | undefined;
  let verifications: Verification[] = [];
  beforeAll(async () => {
    const definition = providers[name];
    if (!definition) throw new Error(`${name} brings no provider-states.ts`);
    provider = await startProvider(definition);
    verifications = await verify(provider, pactsOf(name));
  });
  afterAll(() => provider?.stop());

  test(`${name} does what its callers and readers rely on`, () => {
    for (const pending of verifications.flatMap((each) => each.pending)) process.stderr.write(`pending: ${pending}\n`);
    expect(verifications.flatMap(({ failures }) => failures)).toEqual([]);
    expect(verifications.length).toBeGreaterThan(0);
  });

  test(`what became of the pacts with ${name} is committed`, () => {
    const rows = rowsOf(name, verifications);
    if (process.env.UPDATE_PACTS) recordResults(rows, isDeployed(readEnvironments()));
    const committed = readMatrix().filter((row) => rows.some((each) => sameVersions(each, row)));
    expect(committed, `contracts/pacts/matrix.json is not of these pacts and contracts: run npm run pacts`).toEqual(
      rows,
    );
  });
}
