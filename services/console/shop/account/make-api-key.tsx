import { useMutation } from '@connectrpc/connect-query';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { ApiKeysService, type CreateApiKeyResponse } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { requestIds } from '../../transport/request-ids.ts';
import { scopes, scopeWords } from './scopes.ts';

const TERMS: readonly (readonly [days: string, words: string])[] = [
  ['7', 'A week'],
  ['30', 'A month'],
  ['90', 'Three months'],
  ['365', 'A year'],
];

/** Asks what a key is for, what it may do and how long. */
export function MakeApiKey({ onDone }: { onDone: (made?: CreateApiKeyResponse) => void }) {
  const ids = useRef(requestIds());
  const [isNothingChosen, setNothingChosen] = useState(false);
  const make = useMutation(ApiKeysService.method.createApiKey, { onSuccess: onDone });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wanted = {
      name: String(form.get('name')).trim(),
      scopes: form.getAll('scope').map(String),
      days: Number(form.get('days')),
    };
    setNothingChosen(wanted.scopes.length === 0);
    if (wanted.scopes.length > 0) make.mutate({ ...wanted, requestId: ids.current.for(wanted) });
  };
  return (
    <form onSubmit={send} className="form" aria-label="Make a key">
      {make.error && <ProblemNotice error={make.error} of="The key" />}
      <TextInput
        name="name"
        label="What it is for"
        placeholder="Our stock sheet"
        required
        pattern=".*\S.*"
        maxLength={100}
        autoFocus
      />
      <fieldset className="form" aria-describedby="scopes-problem">
        <legend>What it may do</legend>
        {scopes.map((scope) => (
          <Checkbox key={scope} name="scope" value={scope} label={scopeWords(scope)} description={scope} />
        ))}
        <p id="scopes-problem" className="stock-none" role="alert" hidden={!isNothingChosen}>
          Choose at least one.
        </p>
      </fieldset>
      <NativeSelect
        name="days"
        label="Good for"
        defaultValue="90"
        data={TERMS.map(([value, label]) => ({ value, label }))}
      />
      <div className="form-foot">
        <Button type="submit" loading={make.isPending}>
          Make it
        </Button>
        <Button variant="default" onClick={() => onDone()}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
