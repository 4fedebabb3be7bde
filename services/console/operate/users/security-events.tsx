import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Link } from 'react-router';
import {
  IdentityOperationsService,
  SecuritySeverity,
} from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { userPath } from '../addresses.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { More } from '../parts/more.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { kindName, SEVERITY_TONES, severityName } from './names.ts';

interface SecurityEventsProps {
  of: { userId?: string; source?: string; severity?: SecuritySeverity };
}

/** What may have to be looked into, the newest first. */
export function SecurityEvents({ of: { userId = '', source = '', severity } }: SecurityEventsProps) {
  const found = useInfiniteQuery(
    IdentityOperationsService.method.listSecurityEvents,
    { userId, source, severity: severity ?? SecuritySeverity.UNSPECIFIED, pageSize: 50, pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: (last) => last.nextPageToken || undefined,
      staleTime: 0,
      refetchInterval: 10_000,
    },
  );
  return (
    <>
      <Loaded of="The security events" asked={found}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.events);
          if (events.length === 0) return <Nothing>Nothing of the kind happened in the last 90 days.</Nothing>;
          return (
            <Table label="Security events" heads={['When', 'Severity', 'What', 'Whose', 'From', 'More']}>
              {events.map((event) => (
                <tr key={event.id}>
                  <td>
                    <Moment of={event.createTime} />
                  </td>
                  <td>
                    <Tag tone={SEVERITY_TONES[event.severity] ?? 'plain'}>{severityName(event.severity)}</Tag>
                  </td>
                  <th scope="row">{kindName(event.kind)}</th>
                  <td>{event.userId ? <Link to={userPath(event.userId)}>{event.userId.slice(-8)}</Link> : '–'}</td>
                  <td>{event.source || '–'}</td>
                  <td className="wide">{event.detail}</td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More list={found} />
    </>
  );
}
