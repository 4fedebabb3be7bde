import { useMutation } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { isSpent, UselessLink, useLinkToken } from './mailed-link.tsx';

/** Where the link of a mail leads to give an account its new address. It takes a press of a button, because some mailboxes open links to look at them. */
export function ConfirmEmail() {
  const token = useLinkToken();
  const queries = useQueryClient();
  const confirm = useMutation(AccountService.method.confirmEmailChange, {
    onSuccess: () => queries.invalidateQueries(),
  });
  const isOfThis = confirm.variables?.token === token;
  const isUseless = token === undefined || (isOfThis && isSpent(confirm.error));
  const isDone = isOfThis && confirm.isSuccess;
  return (
    <div className="narrow">
      <Page title="Confirm your e-mail">
        {isUseless && (
          <UselessLink spent={token !== undefined} again="/profile">
            Ask for another link
          </UselessLink>
        )}
        {!isUseless && isDone && (
          <div className="panel" role="status">
            <h2>It is confirmed</h2>
            <p>Your account has its new address. Sign in with it from now on; your password stays as it is.</p>
            <Button component={Link} to="/profile">
              To your account
            </Button>
          </div>
        )}
        {!isUseless && !isDone && (
          <div className="panel form">
            <p className="lead">The address that this link was mailed to becomes the one you sign in with.</p>
            {confirm.error && <ProblemNotice error={confirm.error} />}
            <Button size="md" loading={confirm.isPending} onClick={() => confirm.mutate({ token })}>
              Confirm this address
            </Button>
          </div>
        )}
      </Page>
    </div>
  );
}
