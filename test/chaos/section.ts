/** A part of the chaos run that measures something: what it has to say, to whoever runs it and to whoever reads its page. */
export interface Section {
  title: string;
  /** Markdown. */
  lines: string[];
  /** What did not go as it must, a line each. */
  problems: string[];
}

export function sectionText({ title, lines, problems }: Section): string[] {
  const wrong = problems.map((problem) => `- ✗ ${problem}`);
  return ['', `## ${title}`, '', ...lines, ...(wrong.length > 0 ? ['', ...wrong] : [])];
}

/** A Markdown table whose columns line up to the right, all but the first. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first = [], ...others] = cells;
  return [line(first), line(rule), ...others.map(line)];
}

/** Seconds since a moment of `performance.now()`. */
export const secondsSince = (begin: number): string => ((performance.now() - begin) / 1000).toFixed(1);
