import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isRecorded, withSpan } from '../telemetry.ts';
import type { Statement } from './statement.ts';
import { summaryOf } from './statement-summary.ts';

const tracer = trace.getTracer('tradewind');
const SYSTEM = { 'db.system.name': 'postgresql' };

/**
 * Makes a statement a span of the running one, from when it is asked for (so with its wait for a connection) to its end. Only where somebody records: elsewhere the
 * statement is left as it is. Its text is told, which holds no parameters; these are nobody's business. One read by a cursor makes no span, since its end is not told.
 */
export function traceStatement(statement: Statement): void {
  if (!isRecorded()) return;
  const story = context.active();
  const { handle } = statement;
  statement.handle = () => {
    if (!statement.executed && statement.cursorRows === undefined) {
      endWith(statement, tracer.startSpan('SQL', { kind: SpanKind.CLIENT, attributes: SYSTEM }, story));
    }
    return handle.call(statement);
  };
}

/** Makes a transaction a span of the running one: what its statements do not explain is `begin`, `commit` and the code between. */
export function traceTransaction<T>(run: () => Promise<T>): Promise<T> {
  return isRecorded() ? withSpan('transaction', SYSTEM, run) : run();
}

function endWith(statement: Statement, span: Span): void {
  const { resolve, reject } = statement;
  statement.resolve = (result) => {
    describe(statement, span);
    span.end();
    resolve(result);
  };
  statement.reject = (failure) => {
    describe(statement, span);
    const { code } = failure as { code?: unknown };
    span.setAttribute('error.type', String(code ?? 'unknown'));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    reject(failure);
  };
}

/** Told at the end, because the driver puts the text together when it sends it. */
function describe(statement: Statement, span: Span): void {
  const text = (statement.string ?? statement.strings.join('?')).trim();
  const summary = summaryOf(text);
  span.updateName(summary);
  span.setAttributes({ 'db.query.text': text, 'db.query.summary': summary });
}
