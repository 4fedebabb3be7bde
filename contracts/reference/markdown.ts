/** The few pieces of Markdown that reference pages are made of. */

export const HEAD = 'Made from the contracts by `npm run generate`; do not edit it.';

/** Nothing where there are no rows. Columns are padded as the formatter pads them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const cells = [head, ...rows].map((row) => row.map(cell));
  const widths = head.map((_, at) => Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]) => `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const [title = '', ...body] = cells.map(line);
  return [[title, rule, ...body].join('\n')];
}

/** A page of paragraphs, one empty line between them. */
export function page(paragraphs: readonly string[]): string {
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`;
}

/** `orders.v1.Order`: every contract is of the same project. */
export function shortName(name: string): string {
  return name.replace(/^tradewind\./, '');
}

/** The part of a name after its package and its type. */
export function lastPart(name: string): string {
  return name.split(/[./]/).at(-1) ?? name;
}

/** To the heading with that element's name on the page of its noun. */
export function link(text: string, name: string): string {
  const short = shortName(name);
  return `[${text}](${pageOf(name)}#${short.toLowerCase().replace(/[^\w-]/g, '')})`;
}

/** The page on `tradewind.orders.v1.Order` is that on orders. */
function pageOf(name: string): string {
  return `${nounOf(name)}.md`;
}

export function nounOf(name: string): string {
  return name.split('.')[1] ?? name;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ') || '–';
}
