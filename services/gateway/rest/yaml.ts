import type { JsonValue } from '@bufbuild/protobuf';

/** A text that means itself in YAML without quotes, whatever the version. */
const PLAIN = /^[A-Za-z_][\w./-]*$/;
const MEANS_MORE = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** JSON as YAML that people can read. Whatever could mean something else there is quoted as in JSON, which YAML understands. */
export function yamlOf(value: JsonValue): string {
  return `${linesOf(value).join('\n')}\n`;
}

function linesOf(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap((each) => below('-', each, true));
  if (typeof value !== 'object' || value === null) return [typeof value === 'string' ? textOf(value) : String(value)];
  const entries = Object.entries(value);
  return entries.length === 0 ? ['{}'] : entries.flatMap(([name, each]) => below(`${textOf(name)}:`, each, false));
}

/** `head` and what belongs to it: beside it where it is one value (or begins an item of a list), else below. */
function below(head: string, value: JsonValue, isItem: boolean): string[] {
  const [first = '', ...rest] = linesOf(value);
  const isNested = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  if (!isNested || isItem) return [`${head} ${first}`, ...rest.map((line) => `  ${line}`)];
  return [head, ...[first, ...rest].map((line) => `  ${line}`)];
}

function textOf(text: string): string {
  return PLAIN.test(text) && !MEANS_MORE.test(text) ? text : JSON.stringify(text);
}
