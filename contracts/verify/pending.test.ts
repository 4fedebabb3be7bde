import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PACTS, readPact } from '#chassis/testing/pact/artefact.ts';
import { startVerifier, type Verifier } from './verifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradewind-pacts-'));
let verifier: Verifier;
beforeAll(async () => {
  verifier = await startVerifier('shipping');
});
afterAll(async () => {
  await verifier.stop();
  rmSync(folder, { recursive: true });
});

/** What becomes of a pact whose interactions all ask for a status that shipping does not answer, or for a state nobody knows. */
async function verified(change: (interaction: object) => object) {
  const pact = readPact(join(PACTS, 'gateway-shipping.json'));
  const file = join(folder, 'gateway-shipping.json');
  writeFileSync(file, JSON.stringify({ ...pact, interactions: pact.interactions.slice(0, 1).map(change) }));
  const [verification] = await verifier.verify([file]);
  return verification;
}

const teapot = { response: { status: 418 } };

test('what is not done yet fails a provider', async () => {
  const verification = await verified((interaction) => ({ ...interaction, ...teapot }));
  expect(verification?.failures).toEqual([expect.stringContaining('expected 418 but was')]);
  expect(verification?.pending).toEqual([]);
});

test('what is not done yet is shown and fails nobody where the pact marks it as pending', async () => {
  const verification = await verified((interaction) => ({ ...interaction, ...teapot, pending: true }));
  expect(verification?.failures).toEqual([]);
  expect(verification?.pending).toEqual([expect.stringContaining('expected 418 but was')]);
});

test('a state nobody knows is named, with where it belongs', async () => {
  const verification = await verified((interaction) => ({
    ...interaction,
    providerStates: [{ name: 'a parcel on the moon' }],
  }));
  expect(verification?.failures.join('\n')).toContain('shipping has no state "a parcel on the moon"');
});
