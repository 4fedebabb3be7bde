/** Turns what a changelog lists as unreleased into the section of a release. */

const UNRELEASED = /^## Unreleased\n/m;

interface Entry {
  version: string;
  date: string;
  /** What it says of the contracts; may be empty. */
  entry: string;
}

/** The changelog with the new section below an empty "Unreleased", and the text of that section. */
export function withRelease(
  changelog: string,
  { version, date, entry }: Entry,
): { changelog: string; section: string } {
  const at = UNRELEASED.exec(changelog);
  if (!at) throw new Error('CHANGELOG.md has no section "## Unreleased" to release.');
  if (changelog.includes(`\n## ${version}\n`) || changelog.includes(`\n## ${version} `)) {
    throw new Error(`CHANGELOG.md has a section ${version} already.`);
  }
  const head = changelog.slice(0, at.index + at[0].length);
  const rest = changelog.slice(at.index + at[0].length);
  const next = rest.search(/^## /m);
  const [pending, older] = next < 0 ? [rest, ''] : [rest.slice(0, next), rest.slice(next)];
  const section = [pending.trim(), entry].filter((part) => part !== '').join('\n\n') || 'Nothing that callers see.';
  return { changelog: `${head}\n## ${version} - ${date}\n\n${section}\n${older && `\n${older}`}`, section };
}
