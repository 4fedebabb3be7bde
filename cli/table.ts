import Table from 'cli-table3';
import pc from 'picocolors';

/** Rows under headings, for people; numbers stand to the right. One line of its own when there is nothing to show. */
export function table(headings: string[], rows: (string | number | bigint)[][], nothing = 'Nothing.'): string {
  if (rows.length === 0) return nothing;
  const drawn = new Table({
    head: headings.map((heading) => pc.bold(heading)),
    colAligns: headings.map((_, column) => (rows.every((row) => typeof row[column] !== 'string') ? 'right' : 'left')),
    style: { head: [], border: pc.isColorSupported ? ['gray'] : [], compact: true },
  });
  drawn.push(...rows.map((row) => row.map(String)));
  return drawn.toString();
}

/** A time as people read it, to the second. */
export function timeText(time: Date | undefined): string {
  return time ? `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '–';
}
