/** HTML in which whatever is put in is escaped, unless it was made here. */

export interface Markup {
  readonly markup: string;
}

type Part = string | Markup | readonly Part[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function html(texts: TemplateStringsArray, ...parts: Part[]): Markup {
  return { markup: texts.reduce((all, text, at) => `${all}${shown(parts[at - 1] ?? '')}${text}`) };
}

/** A whole page. */
export function page(title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Tradewind</title>
<link rel="stylesheet" href="/docs/style.css"><script src="/docs/script.js" defer></script></head>
<body><main>
${content}
</main></body>
</html>
`.markup;
}

function shown(part: Part): string {
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
  return 'markup' in part ? part.markup : part.map(shown).join('');
}
