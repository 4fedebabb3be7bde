/** Says which version a change of the contracts asks for, by Semantic Versioning. */
import type { Change } from './judged.ts';

export type Bump = 'none' | 'patch' | 'minor' | 'major';

/** Before 1.0.0 what breaks raises the minor version and everything else the patch version, as Semantic Versioning leaves it to a project to say. */
export function bumpFor(changes: readonly Change[], version: string): Bump {
  const early = majorOf(version) === 0;
  if (changes.length === 0) return 'none';
  if (changes.some(({ breaks }) => breaks.length > 0)) return early ? 'minor' : 'major';
  return early || !changes.some(({ type }) => type === 'added') ? 'patch' : 'minor';
}

export function bumped(version: string, bump: Bump): string {
  const [major, minor, patch] = partsOf(version);
  if (bump === 'major') return `${major + 1}.0.0`;
  if (bump === 'minor') return `${major}.${minor + 1}.0`;
  return bump === 'patch' ? `${major}.${minor}.${patch + 1}` : version;
}

/** Negative when `a` is the lower one. */
export function compareVersions(a: string, b: string): number {
  const [older, newer] = [partsOf(a), partsOf(b)];
  const at = older.findIndex((part, nth) => part !== newer[nth]);
  return at < 0 ? 0 : Number(older[at]) - Number(newer[at]);
}

const majorOf = (version: string) => partsOf(version)[0];

function partsOf(version: string): [major: number, minor: number, patch: number] {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (!parts) throw new Error(`"${version}" is no version: it must be three numbers, such as 0.2.0.`);
  return [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}
