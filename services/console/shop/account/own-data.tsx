import { useMutation } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession } from '../../session/use-session.ts';

/** Hands somebody all that is kept about them. */
export function Export() {
  const fetchData = useMutation(IdentityService.method.exportMyData, {
    onSuccess: ({ json }) => saveAs('my-data.json', json),
  });
  return (
    <section className="panel" aria-labelledby="export-title">
      <h2 id="export-title">Your data</h2>
      <p>A file with all that your account holds about you.</p>
      {fetchData.error && <ProblemNotice error={fetchData.error} of="Your data" again={() => fetchData.mutate({})} />}
      <Button variant="default" loading={fetchData.isPending} onClick={() => fetchData.mutate({})}>
        Download my data
      </Button>
    </section>
  );
}

function saveAs(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

/** Forgets somebody. Asks twice, because it cannot be taken back. */
export function Erasure() {
  const [asked, setAsked] = useState(false);
  const session = useSession();
  const navigate = useNavigate();
  const erase = useMutation(IdentityService.method.eraseMe, {
    onSuccess: async () => {
      await navigate('/');
      await session.end();
    },
  });
  return (
    <section className="panel" aria-labelledby="erase-title">
      <h2 id="erase-title">Erase your account</h2>
      <p>
        Your name, address and password are removed for good, and you are signed out everywhere. Orders under way go on.
      </p>
      {erase.error && <ProblemNotice error={erase.error} again={() => erase.mutate({})} />}
      {!asked && (
        <Button variant="default" color="red" onClick={() => setAsked(true)}>
          Erase my account …
        </Button>
      )}
      {asked && (
        <fieldset className="form-foot" aria-label="Really erase the account?">
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate({})} autoFocus>
            Erase it for good
          </Button>
          <Button variant="default" onClick={() => setAsked(false)}>
            Keep it
          </Button>
        </fieldset>
      )}
    </section>
  );
}
