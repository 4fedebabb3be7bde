import { expect } from 'vitest';
import type { MeshAddresses } from './open-mesh.ts';
import { verifyMesh } from './verify.ts';

/** What breaks, by the sentence of the invariant. */
export async function broken(record: MeshAddresses): Promise<Record<string, string[]>> {
  const findings = await verifyMesh(record, async () => undefined);
  return Object.fromEntries(
    findings
      .filter(({ violations }) => violations.length > 0)
      .map((finding) => [finding.invariant, finding.violations]),
  );
}

/** A violation in which these words appear in this order. */
export const naming = (...words: string[]) => expect.stringMatching(new RegExp(words.join('.*')));
