import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';

/** Where somebody is signed in, with the way to end all of it. */
export function Sessions({ userId }: { userId: string }) {
  const asked = useQuery(IdentityOperationsService.method.listUserSessions, { userId }, { staleTime: 0 });
  const revoke = useMutation(IdentityOperationsService.method.revokeUserSessions, { onSettled: () => asked.refetch() });
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Sessions</h2>
      {revoke.error && <ProblemNotice error={revoke.error} of="Ending them" />}
      <Loaded of="The sessions" asked={asked}>
        {({ sessions }) =>
          sessions.length === 0 ? (
            <p className="hint" role="status">
              Signed in nowhere.
            </p>
          ) : (
            <>
              <Table label="Open sessions" heads={['Signed in by', 'From', 'Begun', 'Last used', 'Ends']}>
                {sessions.map((session) => (
                  <tr key={session.id}>
                    <td className="wide">
                      {session.userAgent || 'unnamed'} {session.clientId && `(${session.clientId})`}
                    </td>
                    <td>{session.network || '–'}</td>
                    <td>
                      <Moment of={session.createTime} />
                    </td>
                    <td>
                      <Moment of={session.lastUseTime} />
                    </td>
                    <td>
                      <Moment of={session.expireTime} />
                    </td>
                  </tr>
                ))}
              </Table>
              <Button
                size="compact-sm"
                variant="default"
                loading={revoke.isPending}
                onClick={() => revoke.mutate({ userId })}
              >
                End all of them
              </Button>
            </>
          )
        }
      </Loaded>
    </section>
  );
}
