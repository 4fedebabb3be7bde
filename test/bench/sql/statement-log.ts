/** Reads what PostgreSQL logged under `log_statement = all`: each statement with its parameters as the server saw them. */

/** One statement of a session. */
export interface LoggedStatement {
  session: string;
  database: string;
  text: string;
  /** Null is SQL's null. */
  params: (string | null)[];
  /** Whether the client had it prepared by name. */
  prepared: boolean;
}

/** What `log_line_prefix` must be for this reader. */
export const LINE_PREFIX = '@%p@%d@ ';

const ENTRY = /^@(\d+)@(\w*)@ (\w+): {2}/;
const EXECUTE = /^execute ([^:]+): ([\s\S]*)$/;
const PARAM = /\$\d+ = (?:NULL|'((?:[^']|'')*)')/g;

export function readStatementLog(log: string): LoggedStatement[] {
  const statements: LoggedStatement[] = [];
  for (const { session, database, level, text } of entriesOf(log)) {
    const execute = EXECUTE.exec(text);
    if (level === 'LOG' && execute) {
      const [, name, sql = ''] = execute;
      statements.push({ session, database, text: sql, params: [], prepared: name !== '<unnamed>' });
    } else if (level === 'LOG' && text.startsWith('statement: ')) {
      const simple = text.slice('statement: '.length);
      statements.push({ session, database, text: simple, params: [], prepared: false });
    } else if (level === 'DETAIL' && /^parameters: /i.test(text)) {
      const last = statements.findLast((statement) => statement.session === session);
      if (last) last.params = [...text.matchAll(PARAM)].map(([, value]) => value?.replaceAll("''", "'") ?? null);
    }
  }
  return statements;
}

function* entriesOf(log: string) {
  let entry: { session: string; database: string; level: string; text: string } | undefined;
  for (const line of log.split('\n')) {
    const begin = ENTRY.exec(line);
    if (begin) {
      if (entry) yield entry;
      const [prefix, session = '', database = '', level = ''] = begin;
      entry = { session, database, level, text: line.slice(prefix.length) };
    } else if (entry && line.startsWith('\t')) {
      // The server marks the lines of a text after its first by a tab.
      entry.text += `\n${line.slice(1)}`;
    }
  }
  if (entry) yield entry;
}
