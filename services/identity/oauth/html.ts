/** HTML that is safe to be sent: made by `html` only, which escapes whatever is put into it. */
export interface Html {
  readonly html: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Writes HTML with values in it: text is escaped, HTML goes in as it is, lists one after another, undefined not at all. */
export function html(literals: TemplateStringsArray, ...values: (string | Html | readonly Html[] | undefined)[]): Html {
  const parts = values.map((value, at) => shown(value) + (literals[at + 1] ?? ''));
  return { html: (literals[0] ?? '') + parts.join('') };
}

function shown(value: string | Html | readonly Html[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
  return 'html' in value ? value.html : value.map((each) => each.html).join('');
}
