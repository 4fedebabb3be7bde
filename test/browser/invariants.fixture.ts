import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import type { Shop } from '../e2e/shop.fixture.ts';

/** What `tradewind verify` finds broken once nothing is under way: every violation with its invariant. */
export async function brokenInvariants({ mesh }: Shop): Promise<string[]> {
  await waitUntilQuiet(mesh.record, 90);
  const findings = await verifyMesh(mesh.record);
  if (findings.every(({ checked }) => checked === 0)) throw new Error('nothing was looked at');
  return findings.flatMap(({ invariant, violations }) => violations.map((violation) => `${invariant}: ${violation}`));
}
