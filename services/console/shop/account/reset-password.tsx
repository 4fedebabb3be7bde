import { useMutation } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import type { FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession } from '../../session/use-session.ts';
import { problemOf } from '../../transport/problem.ts';
import { isSpent, UselessLink, useLinkToken } from './mailed-link.tsx';
import { NewPassword } from './new-password.tsx';

/** Where the link of a mail leads to set a new password; with it somebody goes on to sign in. */
export function ResetPassword() {
  const token = useLinkToken();
  const navigate = useNavigate();
  const session = useSession();
  const reset = useMutation(AccountService.method.resetPassword, {
    onSuccess: async () => {
      // The account is signed out everywhere now, and so is this browser.
      await session.end();
      await navigate('/sign-in', { replace: true, state: { said: 'Your new password is set. Sign in with it.' } });
    },
  });
  const isOfThis = reset.variables?.token === token;
  const isUseless = token === undefined || (isOfThis && isSpent(reset.error));
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const newPassword = String(new FormData(event.currentTarget).get('password'));
    if (token !== undefined) reset.mutate({ token, newPassword });
  };
  return (
    <div className="narrow">
      <Page title="Set a new password">
        {isUseless && (
          <UselessLink spent={token !== undefined} again="/forgot-password">
            Ask for another link
          </UselessLink>
        )}
        {!isUseless && (
          <form onSubmit={send} className="form panel">
            <p className="lead">You are then signed out everywhere, and your API keys end.</p>
            {reset.error && <ProblemNotice error={reset.error} />}
            <NewPassword label="New password" error={reset.error ? problemOf(reset.error).fields.new_password : ''} />
            <Button type="submit" size="md" loading={reset.isPending}>
              Set it
            </Button>
          </form>
        )}
      </Page>
    </div>
  );
}
