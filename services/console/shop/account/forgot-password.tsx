import { useMutation } from '@connectrpc/connect-query';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef } from 'react';
import { Link } from 'react-router';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { problemOf } from '../../transport/problem.ts';

/** Where somebody asks for a link to set a new password. They are told the same whether or not there is an account. */
export function ForgotPassword() {
  const asked = useRef('');
  const ask = useMutation(AccountService.method.requestPasswordReset);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    asked.current = String(new FormData(event.currentTarget).get('email')).trim();
    ask.mutate({ email: asked.current });
  };
  return (
    <div className="narrow">
      <Page title="Forgot your password?">
        {ask.isSuccess ? (
          <div className="panel" role="status">
            <h2>Look into your mailbox</h2>
            <p>
              If there is an account of <strong className="whole">{asked.current}</strong>, a mail with a link is on its
              way. The link is good once, for 30 minutes.
            </p>
            <Button variant="default" onClick={() => ask.reset()}>
              Try another address
            </Button>
          </div>
        ) : (
          <form onSubmit={send} className="form panel">
            <p className="lead">Say which address your account has, and we mail you a link to set a new one.</p>
            {ask.error && <ProblemNotice error={ask.error} />}
            <TextInput
              name="email"
              type="email"
              label="E-mail"
              autoComplete="username"
              required
              maxLength={254}
              error={ask.error && problemOf(ask.error).fields.email}
            />
            <Button type="submit" size="md" loading={ask.isPending}>
              Mail me a link
            </Button>
          </form>
        )}
        <p>
          Do you know it after all? <Link to="/sign-in">Sign in</Link>
        </p>
      </Page>
    </div>
  );
}
