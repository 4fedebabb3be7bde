/** What PostgreSQL and drizzle add to an error that holds values of rows or parameters. */
const HOLDING_VALUES = new Set(['params', 'parameters', 'args', 'detail', 'where']);

/** PostgreSQL's class of complaints about a value, whose words end with the value. */
const DATA_EXCEPTION = /^22/;

const DEEPEST = 8;

/**
 * A failure as it may be kept and shown: its statement, its causes and where it happened, without the values that went into the statement or stand in the row, which
 * may be anybody's personal data. Failures that no statement had a part in are answered as they are.
 */
export function withoutValues(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth > DEEPEST) return error;
  const cause = withoutValues(error.cause, depth + 1);
  const errors = error instanceof AggregateError ? error.errors.map((each) => withoutValues(each, depth + 1)) : [];
  const ofStatement = isOfStatement(error);
  const changed = cause !== error.cause || errors.some((each, at) => each !== (error as AggregateError).errors[at]);
  if (!ofStatement && !changed) return error;
  const message = ofStatement ? messageWithoutValues(error) : error.message;
  const copy: Error = Object.create(Object.getPrototypeOf(error));
  for (const [key, value] of Object.entries(error)) {
    if (!(ofStatement && HOLDING_VALUES.has(key)) && key !== 'cause') Object.assign(copy, { [key]: value });
  }
  const hidden = { message, stack: (error.stack ?? '').replace(error.message, () => message), cause };
  for (const [key, value] of Object.entries(errors.length > 0 ? { ...hidden, errors } : hidden)) {
    Object.defineProperty(copy, key, { value, configurable: true, writable: true });
  }
  return copy;
}

/** Told by what they look like, because loading drizzle costs a process that does not use it more memory than its work. */
function isOfStatement(error: Error): boolean {
  return error.name === 'PostgresError' || ('query' in error && error.message.startsWith('Failed query: '));
}

function messageWithoutValues(error: Error): string {
  if ('query' in error && 'params' in error) return `Failed query: ${error.query}`;
  const { code } = error as { code?: unknown };
  return DATA_EXCEPTION.test(String(code)) ? error.message.replace(/"(?:[^"]|"(?!$))*"$/, '(a value)') : error.message;
}
