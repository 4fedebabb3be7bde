import { useMutation } from '@connectrpc/connect-query';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { backPath, signInPath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession, useUser } from '../../session/use-session.ts';
import { problemOf } from '../../transport/problem.ts';
import { requestIds } from '../../transport/request-ids.ts';
import { NewPassword } from './new-password.tsx';

/** Where somebody makes an account; they are signed in by it and go on where they were. */
export function SignUp() {
  const session = useSession();
  const user = useUser();
  const [search] = useSearchParams();
  const back = backPath(search);
  const ids = useRef(requestIds());
  const login = useMutation(IdentityService.method.login, { onSuccess: session.begin });
  const register = useMutation(IdentityService.method.register, {
    onSuccess: (_answer, { email, password }) => login.mutate({ email, password }),
  });
  if (user) return <Navigate to={back} replace />;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const account = {
      email: String(form.get('email')).trim(),
      password: String(form.get('password')),
      displayName: String(form.get('name')).trim(),
    };
    register.mutate({ ...account, requestId: ids.current.for(account) });
  };
  const error = register.error ?? login.error;
  const fields = error ? problemOf(error).fields : {};
  return (
    <div className="narrow">
      <Page title="Make an account">
        <form onSubmit={send} className="form panel">
          {error && <ProblemNotice error={error} />}
          <TextInput
            name="name"
            label="Name"
            autoComplete="name"
            required
            maxLength={100}
            error={fields.display_name}
          />
          <TextInput
            name="email"
            type="email"
            label="E-mail"
            autoComplete="username"
            required
            maxLength={254}
            error={fields.email}
          />
          <NewPassword label="Password" error={fields.password} />
          <Button type="submit" size="md" loading={register.isPending || login.isPending}>
            Make account
          </Button>
        </form>
        <p>
          Been here before? <Link to={signInPath(back)}>Sign in</Link>
        </p>
      </Page>
    </div>
  );
}
