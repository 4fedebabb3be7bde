/** Walks one fault of the catalogue: causes it, looks for its symptom and its telltale, mends it. */
import assert from 'node:assert/strict';
import { eventually } from '#chassis/testing/eventually.ts';
import type { CataloguedFault, Telltale } from './fault-catalogue.ts';
import { faultProofs } from './fault-proofs.ts';
import type { FaultyShop } from './faulty-shop.ts';
import { flagged } from './operator-words.ts';

const TELLS_WITHIN_MS = 15_000;

/** Throws unless the fault shows itself as the catalogue says. */
export async function proveFault(shop: FaultyShop, { name, cause, telltale }: CataloguedFault): Promise<void> {
  const proof = faultProofs[name];
  assert.ok(proof, `there is no proof of “${name}”`);
  await proof.before?.(shop);
  const usual = await told(shop, telltale);
  const mend = 'flag' in cause ? await flagged(shop, cause.flag) : await proof.cause?.(shop);
  assert.ok(mend, `nothing causes “${name}”`);
  try {
    await proof.symptom(shop);
    await eventually(async () => assertTells(telltale, usual, await told(shop, telltale)), {
      timeoutMs: TELLS_WITHIN_MS,
    });
  } finally {
    await mend();
  }
  await proof.after?.(shop);
}

const told = (shop: FaultyShop, { service, metric, labels }: Telltale) => shop.sample(service, metric, labels);

function assertTells({ metric, rises, becomes }: Telltale, usual: number, now: number): void {
  if (rises !== undefined) assert.ok(now >= usual + rises, `${metric} rose from ${usual} to ${now} only`);
  if (becomes !== undefined) assert.equal(now, becomes, `${metric} is ${now}`);
}
