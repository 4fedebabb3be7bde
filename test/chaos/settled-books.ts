/** Lets a mesh come to rest and compares its books: what is wrong, a line each. */
import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';

const QUIET_SECONDS = 120;

export async function wrongInBooks(record: MeshRecord): Promise<string[]> {
  await waitUntilQuiet(record, QUIET_SECONDS);
  const findings = await verifyMesh(record);
  return findings.flatMap(({ invariant, violations }) => violations.map((found) => `${invariant}: ${found}`));
}
