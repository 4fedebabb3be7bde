import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Link, useSearchParams } from 'react-router';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { userPath } from '../addresses.ts';
import { Filter, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { More } from '../parts/more.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { roleName, userStateName, userTone } from './names.ts';

/** Who has an account. */
export function Users() {
  const [words] = useSearchParams();
  const found = useInfiniteQuery(
    IdentityOperationsService.method.listUsers,
    { query: words.get('query') ?? '', pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, staleTime: 0 },
  );
  return (
    <Page title="Users">
      <Filter label="Filter users">
        <FilterText name="query" label="E-mail, name or id" />
      </Filter>
      <Loaded of="The users" asked={found}>
        {({ pages }) => {
          const users = pages.flatMap((page) => page.users);
          if (users.length === 0) return <Nothing>Nobody is called so.</Nothing>;
          return (
            <Table label="Users, newest first" heads={['E-mail', 'Name', 'State', 'Roles', 'Since']}>
              {users.map((user) => (
                <tr key={user.id}>
                  <th scope="row">
                    <Link to={userPath(user.id)}>{user.email || user.id}</Link>
                  </th>
                  <td>{user.displayName}</td>
                  <td>
                    <Tag tone={userTone(user.state)}>{userStateName(user.state)}</Tag>
                  </td>
                  <td>{user.roles.map(roleName).join(', ')}</td>
                  <td>
                    <Moment of={user.createTime} />
                  </td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More list={found} />
    </Page>
  );
}
