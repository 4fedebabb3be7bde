/** The tests of one provider: it keeps all its pacts. Each has a file of its own, so that they run side by side. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDeployed, readEnvironments } from '../deploy/environments.ts';
import { readMatrix, recordResults, rowsOf, sameVersions } from './matrix.ts';
import { pactsOf } from './pacts.ts';
import { startVerifier, type Verifier } from './verifier.ts';
import type { Verification } from './verify.ts';

export function pactLaws(provider: string): void {
  let verifier: Verifier | undefined;
  let verifications: Verification[] = [];
  beforeAll(async () => {
    verifier = await startVerifier(provider);
    verifications = await verifier.verify(pactsOf(provider));
  }, 120_000);
  afterAll(() => verifier?.stop());

  test(`${provider} does what its callers and readers rely on`, () => {
    for (const pending of verifications.flatMap((each) => each.pending)) process.stderr.write(`pending: ${pending}\n`);
    expect(verifications.flatMap(({ failures }) => failures)).toEqual([]);
    expect(verifications.length).toBeGreaterThan(0);
  });

  test(`what became of the pacts with ${provider} is committed`, () => {
    const rows = rowsOf(provider, verifications);
    if (process.env.UPDATE_PACTS) recordResults(rows, isDeployed(readEnvironments()));
    const committed = readMatrix().filter((row) => rows.some((each) => sameVersions(each, row)));
    expect(committed, 'contracts/pacts/matrix.json is not of these pacts and contracts: run npm run pacts').toEqual(
      rows,
    );
  });
}
