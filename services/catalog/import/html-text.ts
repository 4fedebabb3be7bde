const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** The text of simple HTML: blocks become lines, marks are dropped. Each step takes time in proportion to the text, whatever it is. */
export function htmlText(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/li|\/div|\/h\d)\b[^<>]*>/gi, '\n')
    .replace(/<[a-z/!][^<>]*>/gi, '')
    .replace(/&(?:#(\d{1,7})|([a-z]{2,4}));/g, (entity, code: string | undefined, name: string | undefined) =>
      name ? (NAMED.get(name) ?? entity) : (characterOf(Number(code)) ?? entity),
    )
    .replace(/[^\S\n]+/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

function characterOf(code: number): string | undefined {
  return code >= 32 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
