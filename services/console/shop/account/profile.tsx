import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button, Skeleton, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession, useUser } from '../../session/use-session.ts';

/** What a person may do about their account. */
export function Profile() {
  const userId = useUser()?.userId ?? '';
  const { data, error, refetch } = useQuery(IdentityService.method.getUser, { userId });
  return (
    <div className="narrow">
      <Page title="Your account">
        {error && !data && <ProblemNotice error={error} of="Your account" again={refetch} />}
        {!data && !error && <Skeleton height={170} />}
        {data?.user && <Name email={data.user.email} displayName={data.user.displayName} />}
        <Export />
        <Erasure />
      </Page>
    </div>
  );
}

function Name({ email, displayName }: { email: string; displayName: string }) {
  const session = useSession();
  const update = useMutation(IdentityService.method.updateProfile, {
    onSuccess: ({ user }) => user && session.rename(user.displayName),
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    update.mutate({ displayName: String(new FormData(event.currentTarget).get('name')).trim() });
  };
  return (
    <form onSubmit={send} className="form panel">
      <TextInput name="name" label="Name" defaultValue={displayName} autoComplete="name" required maxLength={100} />
      <TextInput label="E-mail" value={email} readOnly description="The address you sign in with" />
      {update.error && <ProblemNotice error={update.error} />}
      <div className="form-foot">
        <Button type="submit" loading={update.isPending}>
          Save
        </Button>
        <span role="status">{update.isSuccess ? 'Saved.' : ''}</span>
      </div>
    </form>
  );
}

function Export() {
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

/** Asks twice, because it cannot be taken back. */
function Erasure() {
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
