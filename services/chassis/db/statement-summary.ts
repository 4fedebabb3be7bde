const VERB = /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*([a-z]+)/i;
/** `for update`, which locks, and `do update`, the end of an insert, change no table of their own. */
const CHANGE = /\b(insert\s+into|(?<!\b(?:for|do)\s+)update|delete\s+from)\s+(?:only\s+)?"?([\w.]+)/gi;
const SOURCE = /\bfrom\s+(?:only\s+)?"?([\w.]+)/i;
/** A statement may change many tables; its name stays a name. */
const MOST_CHANGES = 3;

/** A short name for a statement, the same for all its parameters: `SELECT product`, `INSERT order_event INSERT outbox`. */
export function summaryOf(text: string): string {
  const verb = VERB.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  if (verb === 'SELECT') return selected(text);
  if (!['INSERT', 'UPDATE', 'DELETE', 'WITH'].includes(verb)) return verb;
  const changes = [...text.matchAll(CHANGE)].map(([, change = '', table]) => `${change.split(/\s/)[0]} ${table}`);
  const named = [...new Set(changes)].slice(0, MOST_CHANGES).map((change) => change.replace(/^\w+/, upper));
  return named.length > 0 ? named.join(' ') : selected(text);
}

function selected(text: string): string {
  const table = (SOURCE.exec(withoutParentheses(text)) ?? SOURCE.exec(text))?.[1];
  return table ? `SELECT ${table}` : 'SELECT';
}

/** `from` stands within the parentheses of functions and subqueries too. */
function withoutParentheses(text: string): string {
  const outer = text.replace(/\([^()]*\)/g, ' ? ');
  return outer === text ? text : withoutParentheses(outer);
}

function upper(word: string): string {
  return word.toUpperCase();
}
