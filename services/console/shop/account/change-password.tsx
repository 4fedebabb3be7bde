import { useMutation } from '@connectrpc/connect-query';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { problemOf } from '../../transport/problem.ts';
import { ChangeFoot, PresentPassword, WhyNot } from './change-form.tsx';
import { NewPassword } from './new-password.tsx';

/** Sets another password for who knows the present one; this browser stays signed in. */
export function ChangePassword({ email, onDone }: { email: string; onDone: (said?: string) => void }) {
  const queries = useQueryClient();
  const change = useMutation(AccountService.method.changePassword, {
    onSuccess: async () => {
      onDone('Your new password is set. You are signed out everywhere else.');
      await queries.invalidateQueries();
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({ password: String(form.get('present')), newPassword: String(form.get('password')) });
  };
  return (
    <form onSubmit={send} className="form" aria-label="Change password">
      <WhyNot error={change.error} />
      {/* Tells a password manager whose password it is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <PresentPassword error={change.error} />
      <NewPassword label="New password" error={change.error ? problemOf(change.error).fields.new_password : ''} />
      <ChangeFoot label="Set it" isPending={change.isPending} onLeave={onDone} />
    </form>
  );
}
