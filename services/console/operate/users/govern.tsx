import { useMutation } from '@connectrpc/connect-query';
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { type User, UserState } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Dialogue } from '../parts/dialogue.tsx';
import { roleName, roles } from './names.ts';

/** What an operator changes about an account: its roles, and whether it is let in. */
export function Govern({ user, onChange }: { user: User; onChange: () => unknown }) {
  const [given, setGiven] = useState(user.roles);
  const [isAsking, setAsking] = useState(false);
  const done = { onSuccess: () => setAsking(false), onSettled: onChange };
  const set = useMutation(IdentityOperationsService.method.setRoles, { onSettled: onChange });
  const block = useMutation(IdentityOperationsService.method.blockUser, done);
  const unblock = useMutation(IdentityOperationsService.method.unblockUser, done);
  const isActive = user.state === UserState.ACTIVE;
  const change = isActive ? block : unblock;
  if (user.state === UserState.ERASED) return null;
  const isSame = roles.every((role) => given.includes(role) === user.roles.includes(role));
  return (
    <div className="govern">
      <fieldset className="settle">
        <legend className="unseen">Roles</legend>
        {roles.map((role) => (
          <Checkbox
            key={role}
            size="sm"
            label={roleName(role)}
            checked={given.includes(role)}
            onChange={(event) =>
              setGiven(event.currentTarget.checked ? [...given, role] : given.filter((each) => each !== role))
            }
          />
        ))}
        <Button
          size="compact-sm"
          disabled={isSame || given.length === 0}
          loading={set.isPending}
          onClick={() => set.mutate({ userId: user.id, roles: given })}
        >
          Give these roles
        </Button>
      </fieldset>
      {set.error && <ProblemNotice error={set.error} of="The roles" />}
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {isActive ? 'Block …' : 'Let in again …'}
      </Button>
      {isAsking && (
        <Dialogue title={isActive ? 'Block this user?' : 'Let this user in again?'} onClose={() => setAsking(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const reason = String(new FormData(event.currentTarget).get('reason')).trim();
              change.mutate({ userId: user.id, reason });
            }}
          >
            {isActive && <p>Every session ends at once, and API keys rest.</p>}
            {change.error && <ProblemNotice error={change.error} />}
            <TextInput size="sm" name="reason" label="Reason" required pattern=".*\S.*" maxLength={500} autoFocus />
            <div className="form-foot">
              <Button type="submit" size="sm" color={isActive ? 'red' : 'sea'} loading={change.isPending}>
                {isActive ? 'Block' : 'Let in'}
              </Button>
              <Button size="sm" variant="default" onClick={() => setAsking(false)}>
                Leave it
              </Button>
            </div>
          </form>
        </Dialogue>
      )}
    </div>
  );
}
