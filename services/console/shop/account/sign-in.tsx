import { useMutation } from '@connectrpc/connect-query';
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { Link, Navigate, useLocation, useSearchParams } from 'react-router';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { backPath, signInPath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession, useUser } from '../../session/use-session.ts';

/** Where somebody with an account signs in; they go on where they were. */
export function SignIn() {
  const session = useSession();
  const user = useUser();
  const [search] = useSearchParams();
  const back = backPath(search);
  const { state } = useLocation() as { state: { said?: string } | null };
  const login = useMutation(IdentityService.method.login, { onSuccess: session.begin });
  if (user) return <Navigate to={back} replace />;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
  };
  return (
    <div className="narrow">
      <Page title="Sign in">
        {state?.said && (
          <Alert role="status" className="notice">
            {state.said}
          </Alert>
        )}
        <form onSubmit={send} className="form panel">
          {login.error && <ProblemNotice error={login.error} />}
          <TextInput name="email" type="email" label="E-mail" autoComplete="username" required maxLength={254} />
          <PasswordInput name="password" label="Password" autoComplete="current-password" required maxLength={200} />
          <Link to="/forgot-password" className="forgot">
            Forgot your password?
          </Link>
          <Button type="submit" size="md" loading={login.isPending}>
            Sign in
          </Button>
        </form>
        <p>
          New here? <Link to={signInPath(back, '/sign-up')}>Make an account</Link>
        </p>
      </Page>
    </div>
  );
}
