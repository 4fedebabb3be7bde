import type { Finding } from './rules.ts';

/** Findings for a reader: one block each, said once with the environments and scenarios it is in. Empty when there are none. */
export function findingsTable(found: readonly { subject: string; findings: readonly Finding[] }[]): string {
  const places = new Map<string, string[]>();
  for (const { subject, findings } of found) {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      places.set(key, [...(places.get(key) ?? []), subject]);
    }
  }
  const width = Math.max(0, ...[...places.keys()].map((key) => (JSON.parse(key) as Finding).rule.length));
  const blocks = [...places].map(([key, subjects]) => {
    const { rule, manifest, path, message } = JSON.parse(key) as Finding;
    const indent = ' '.repeat(width + 2);
    return `${rule.padEnd(width)}  ${manifest}\n${indent}${path}\n${indent}${message}\n${indent}in ${subjects.length === found.length ? 'all of them' : subjects.join(', ')}`;
  });
  return blocks.join('\n\n');
}
