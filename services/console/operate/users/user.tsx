import { useQuery } from '@connectrpc/connect-query';
import { useParams } from 'react-router';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Tag } from '../parts/tag.tsx';
import { Govern } from './govern.tsx';
import { userStateName, userTone } from './names.ts';
import { SecurityEvents } from './security-events.tsx';
import { Sessions } from './sessions.tsx';

/** One account: what it may do, where it is signed in, and what happened to it. */
export function UserPage() {
  const { id = '' } = useParams();
  const asked = useQuery(IdentityOperationsService.method.listUsers, { query: id, pageSize: 2 }, { staleTime: 0 });
  const user = asked.data?.users.find((each) => each.id === id);
  return (
    <Page title={user?.email || 'User'} tab={`${user?.email || 'User'}, operate`}>
      <Loaded of="The user" asked={asked}>
        {() =>
          user ? (
            <>
              <div className="panel">
                <Facts
                  of={[
                    [
                      'State',
                      <Tag key="state" tone={userTone(user.state)}>
                        {userStateName(user.state)}
                      </Tag>,
                    ],
                    ['Name', user.displayName],
                    ['Id', user.id],
                    ['Since', <Moment key="since" of={user.createTime} />],
                  ]}
                />
                <Govern key={user.roles.join()} user={user} onChange={() => asked.refetch()} />
              </div>
              <Sessions userId={user.id} />
              <h2>Security events</h2>
              <SecurityEvents of={{ userId: user.id }} />
            </>
          ) : (
            <Nothing>There is no such account.</Nothing>
          )
        }
      </Loaded>
    </Page>
  );
}
