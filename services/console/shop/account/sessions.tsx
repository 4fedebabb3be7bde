import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button, Skeleton } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Session } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useSession } from '../../session/use-session.ts';
import { Time } from '../time.tsx';
import { deviceName } from './device-name.ts';

/** Where somebody is signed in, and how to end it: one by one, everywhere else, or everywhere. */
export function Sessions() {
  const own = useSession();
  const navigate = useNavigate();
  const asked = useQuery(SessionsService.method.listSessions, {}, { staleTime: 0 });
  const again = { onSettled: () => asked.refetch() };
  const revoke = useMutation(SessionsService.method.revokeSession, again);
  const revokeOthers = useMutation(SessionsService.method.revokeOtherSessions, again);
  const leave = async () => {
    await revokeOthers.mutateAsync({});
    await navigate('/');
    await own.end();
  };
  const sessions = asked.data?.sessions ?? [];
  const error = revoke.error ?? revokeOthers.error;
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      {error && <ProblemNotice error={error} of="Signing out there" />}
      {asked.error && <ProblemNotice error={asked.error} of="Where you are signed in" again={asked.refetch} />}
      {asked.isPending && <Skeleton height={90} />}
      <ul className="rows" aria-labelledby="sessions-title">
        {sessions.map((session) => (
          <li key={session.id}>
            <Told session={session} />
            {!session.current && (
              <Button
                variant="default"
                size="xs"
                aria-label={`Sign out ${nameOf(session)}`}
                loading={revoke.isPending && revoke.variables?.sessionId === session.id}
                onClick={() => revoke.mutate({ sessionId: session.id })}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked.data && (
        <div className="form-foot">
          {sessions.length > 1 && (
            <Button variant="default" loading={revokeOthers.isPending} onClick={() => revokeOthers.mutate({})}>
              Sign out everywhere else
            </Button>
          )}
          <Button variant="default" onClick={() => leave().catch(() => undefined)}>
            Sign out everywhere
          </Button>
        </div>
      )}
    </section>
  );
}

const nameOf = ({ clientId, userAgent }: Session): string =>
  clientId ? `${clientId}, which may act for you` : deviceName(userAgent);

function Told({ session }: { session: Session }) {
  const { network, current, createTime, lastUseTime } = session;
  return (
    <div>
      <strong>{nameOf(session)}</strong>{' '}
      {current && (
        <span className="phase" data-phase="good">
          this one
        </span>
      )}
      <p className="hint">
        {network && (
          <>
            from {network}
            <br />
          </>
        )}
        since <Time of={createTime} />, last used <Time of={lastUseTime} />
      </p>
    </div>
  );
}
