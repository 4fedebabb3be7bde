/** What the forms share that ask for the present password before they change what somebody signs in with. */
import { Button, PasswordInput } from '@mantine/core';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { problemOf } from '../../transport/problem.ts';

const isWrongPassword = (error: unknown): boolean => error != null && problemOf(error).reason === 'INVALID_CREDENTIALS';

export function PresentPassword({ error }: { error: unknown }) {
  return (
    <PasswordInput
      name="present"
      label="Present password"
      autoComplete="current-password"
      required
      maxLength={200}
      error={isWrongPassword(error) && 'This is not your password.'}
    />
  );
}

/** Why it was not changed, unless the password says so itself. */
export function WhyNot({ error }: { error: unknown }) {
  return error == null || isWrongPassword(error) ? null : <ProblemNotice error={error} />;
}

export function ChangeFoot(props: { label: string; isPending: boolean; onLeave: () => void }) {
  return (
    <div className="form-foot">
      <Button type="submit" loading={props.isPending}>
        {props.label}
      </Button>
      <Button variant="default" onClick={() => props.onLeave()}>
        Leave it
      </Button>
    </div>
  );
}
