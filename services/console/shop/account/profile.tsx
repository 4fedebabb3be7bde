import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button, Skeleton, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import './account.css';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession, useUser } from '../../session/use-session.ts';
import { ApiKeys } from './api-keys.tsx';
import { Credentials } from './credentials.tsx';
import { Erasure, Export } from './own-data.tsx';
import { Sessions } from './sessions.tsx';

/** What a person may do about their account. */
export function Profile() {
  const userId = useUser()?.userId ?? '';
  const { data, error, refetch } = useQuery(IdentityService.method.getUser, { userId });
  return (
    <div className="account">
      <Page title="Your account">
        {error && !data && <ProblemNotice error={error} of="Your account" again={refetch} />}
        {!data && !error && <Skeleton height={340} />}
        {data?.user && <Name displayName={data.user.displayName} />}
        {data?.user && <Credentials email={data.user.email} />}
        <Sessions />
        <ApiKeys />
        <Export />
        <Erasure />
      </Page>
    </div>
  );
}

function Name({ displayName }: { displayName: string }) {
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
