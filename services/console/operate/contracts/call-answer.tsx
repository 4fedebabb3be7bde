import { Code, ConnectError } from '@connectrpc/connect';
import { Alert } from '@mantine/core';
import { problemOf } from '../../transport/problem.ts';
import { Facts } from '../parts/facts.tsx';
import { ms } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import type { Called } from './use-call.ts';

/** What came of a call: its answers, its headers, or why it was refused. */
export function CallAnswer({ called, isRunning }: { called: Called | undefined; isRunning: boolean }) {
  return (
    <div role="status" aria-label="Answer" className="answer">
      {isRunning && <p className="hint">{called && called.count > 0 ? 'Listening …' : 'Waiting for the answer …'}</p>}
      {called && (
        <>
          {called.error !== undefined && <Refusal error={called.error} />}
          {called.messages.length > 0 && (
            <>
              <h3>
                {called.count === 1 ? `Answered after ${ms(called.tookMs)}` : `${called.count} answers, newest first`}
              </h3>
              {called.messages.toReversed().map((message, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the number of an answer is its own.
                <Json key={called.count - at} label={`Answer ${called.count - at}`} text={message} />
              ))}
            </>
          )}
          {!isRunning && called.count === 0 && called.error === undefined && (
            <p className="hint">It ended without an answer.</p>
          )}
          {called.header.length > 0 && (
            <details>
              <summary>Headers</summary>
              <Facts of={called.header} />
            </details>
          )}
        </>
      )}
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  if (!(error instanceof ConnectError)) {
    return (
      <Alert color="red" variant="light" title="This request cannot be sent">
        {error instanceof Error ? error.message : String(error)}
      </Alert>
    );
  }
  const { reason, metadata, fields } = problemOf(error);
  return (
    <Alert color="red" variant="light" title={`${nameOf(error.code)}${reason ? `, ${reason}` : ''}`}>
      <p>{error.rawMessage}</p>
      <Facts of={[...Object.entries(metadata), ...Object.entries(fields)]} />
      <details>
        <summary>Headers</summary>
        <Facts of={[...error.metadata]} />
      </details>
    </Alert>
  );
}

/** `NOT_FOUND`, as the contracts write it. */
const nameOf = (code: Code) => Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
