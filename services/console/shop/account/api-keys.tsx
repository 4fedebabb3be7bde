import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import {
  type ApiKey,
  ApiKeysService,
  type CreateApiKeyResponse,
} from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Time } from '../time.tsx';
import { MadeApiKey } from './made-api-key.tsx';
import { MakeApiKey } from './make-api-key.tsx';

/** The keys of somebody's programs: what each may do, when it was used last, and how to end it. */
export function ApiKeys() {
  const asked = useQuery(ApiKeysService.method.listApiKeys, {}, { staleTime: 0 });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<CreateApiKeyResponse>();
  const keys = asked.data?.apiKeys ?? [];
  return (
    <section className="panel" aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      <p className="lead">
        For programs that act for you. A key may do what you allow it, and never more than you may.
      </p>
      {asked.error && <ProblemNotice error={asked.error} of="Your API keys" again={asked.refetch} />}
      {asked.isPending && <Skeleton height={60} />}
      {made && <MadeApiKey made={made} onClose={() => setMade(undefined)} />}
      <ul className="rows" aria-labelledby="keys-title">
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onChange={() => asked.refetch()} />
        ))}
      </ul>
      {asked.data && keys.length === 0 && !isMaking && <p className="hint">You have none.</p>}
      {isMaking ? (
        <MakeApiKey
          onDone={(answer) => {
            setMaking(false);
            if (answer) setMade(answer);
            if (answer) asked.refetch();
          }}
        />
      ) : (
        <Button variant="default" onClick={() => setMaking(true)}>
          Make a key …
        </Button>
      )}
    </section>
  );
}

/** One key. Revoking it asks twice: a program may count on it. */
function KeyRow({ apiKey, onChange }: { apiKey: ApiKey; onChange: () => unknown }) {
  const { id, name, hint, scopes, lastUseTime, expireTime } = apiKey;
  const [isSure, setSure] = useState(false);
  const revoke = useMutation(ApiKeysService.method.revokeApiKey, { onSettled: onChange });
  return (
    <li>
      <div>
        <strong>{name}</strong> <code>{hint}…</code>
        <p className="hint">
          {scopes.join(', ')}
          <br />
          {lastUseTime ? (
            <>
              last used <Time of={lastUseTime} />
            </>
          ) : (
            'never used'
          )}
          , ends <Time of={expireTime} />
        </p>
        {revoke.error && <ProblemNotice error={revoke.error} />}
      </div>
      {isSure ? (
        <Button
          color="red"
          size="xs"
          aria-label={`Revoke ${name} for good`}
          loading={revoke.isPending}
          onClick={() => revoke.mutate({ apiKeyId: id })}
          onBlur={() => setSure(false)}
          autoFocus
        >
          For good
        </Button>
      ) : (
        <Button variant="default" size="xs" aria-label={`Revoke ${name}`} onClick={() => setSure(true)}>
          Revoke …
        </Button>
      )}
    </li>
  );
}
