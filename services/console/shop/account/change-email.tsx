import { useMutation } from '@connectrpc/connect-query';
import { TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { problemOf } from '../../transport/problem.ts';
import { ChangeFoot, PresentPassword, WhyNot } from './change-form.tsx';

/** Asks for another address, which the account gets once its mailbox was looked into. */
export function ChangeEmail({ onDone }: { onDone: (said?: string) => void }) {
  const change = useMutation(AccountService.method.requestEmailChange, {
    onSuccess: (_answer, { newEmail }) =>
      onDone(`A mail with a link is on its way to ${newEmail}. The address changes once you confirm it there.`),
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({ newEmail: String(form.get('email')).trim(), password: String(form.get('present')) });
  };
  return (
    <form onSubmit={send} className="form" aria-label="Change e-mail">
      <WhyNot error={change.error} />
      <TextInput
        name="email"
        type="email"
        label="New e-mail"
        autoComplete="email"
        required
        maxLength={254}
        error={change.error && problemOf(change.error).fields.new_email}
        autoFocus
      />
      <PresentPassword error={change.error} />
      <ChangeFoot label="Mail me a link" isPending={change.isPending} onLeave={onDone} />
    </form>
  );
}
