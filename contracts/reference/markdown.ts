/** The few pieces of Markdown that reference pages are made of. */

export const HEAD = 'Made from the contracts by `npm run generate`; do not edit it.';

/** Nothing where there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return rows.length === 0 ? [] : [[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')];
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
