import type { DescMethod, FileRegistry, JsonObject } from '@bufbuild/protobuf';
import { Button, SegmentedControl } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { newRequestId } from '../../transport/request-id.ts';
import { CallAnswer } from './call-answer.tsx';
import { JsonEditor } from './json-editor.tsx';
import { MessageFields } from './message-fields.tsx';
import { useCall } from './use-call.ts';

interface CallFormProps {
  method: DescMethod;
  registry: FileRegistry;
}

/** Fills a request in, field by field or as JSON, and sends it with the operator's own token. */
export function CallForm({ method, registry }: CallFormProps) {
  const [request, setRequest] = useState(() => startOf(method));
  const [way, setWay] = useState('form');
  const [isWrong, setWrong] = useState(false);
  const call = useCall(method, registry);
  if (method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming') {
    return <p className="hint">A browser cannot stream requests; use `grpcurl` or `tradewind`.</p>;
  }
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isWrong) call.start(request);
  };
  const put = (next: JsonObject) => setRequest(next);
  return (
    <form className="call" onSubmit={send}>
      <SegmentedControl
        size="sm"
        aria-label="How to fill it in"
        value={way}
        onChange={(next) => {
          setWay(next);
          setWrong(false);
        }}
        data={[
          { value: 'form', label: 'Form' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {way === 'form' && <MessageFields message={method.input} value={request} onChange={put} />}
      {way === 'json' && <JsonEditor label="Request" value={request} onChange={put} onWrong={setWrong} />}
      <div className="form-foot">
        <Button type="submit" size="sm" disabled={isWrong || call.isRunning}>
          Call {method.name}
        </Button>
        {call.isRunning && (
          <Button size="sm" variant="default" onClick={call.stop}>
            Stop
          </Button>
        )}
      </div>
      <CallAnswer called={call.called} isRunning={call.isRunning} />
    </form>
  );
}

/** An empty request; one that names itself has a new name. */
function startOf(method: DescMethod): JsonObject {
  const own = method.input.fields.find((field) => field.name === 'request_id');
  return own ? { [own.jsonName]: newRequestId() } : {};
}
