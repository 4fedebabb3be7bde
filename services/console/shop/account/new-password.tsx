import { PasswordInput } from '@mantine/core';
import { ResetPasswordRequestSchema } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { lengthsOf } from './rules.ts';

const lengths = lengthsOf(ResetPasswordRequestSchema.field.newPassword);

/** Where somebody thinks up a password. */
export function NewPassword({ label, error }: { label: string; error?: string | undefined }) {
  return (
    <PasswordInput
      name="password"
      label={label}
      description={`At least ${lengths.minLength} characters`}
      autoComplete="new-password"
      required
      {...lengths}
      error={error}
    />
  );
}
