import { useQuery } from '@connectrpc/connect-query';
import { NotificationState } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { Time } from '../time.tsx';
import { useRefetch } from './use-refetch.ts';

const STATES: Readonly<Record<number, string>> = {
  [NotificationState.PENDING]: 'is being sent',
  [NotificationState.FAILED]: 'could not be sent',
  [NotificationState.SUPPRESSED]: 'not wanted',
};

const LOOK_AGAIN_MS = 2_000;

/** The mails that went out about an order. They follow it by moments, so they are looked for again while one is on its way. */
export function Mails({ orderId, version }: { orderId: string; version: bigint }) {
  const { data, error, refetch } = useQuery(
    NotificationsService.method.listNotifications,
    { pageSize: 50 },
    {
      staleTime: 0,
      refetchInterval: ({ state }) =>
        state.data?.notifications.some((mail) => mail.state === NotificationState.PENDING) ? LOOK_AGAIN_MS : false,
    },
  );
  useRefetch(version, () => setTimeout(refetch, LOOK_AGAIN_MS));
  const mails = data?.notifications.filter((mail) => mail.orderId === orderId).toReversed() ?? [];
  if (mails.length === 0 && !error) return null;
  return (
    <section className="panel" aria-labelledby="mails-title">
      <h2 id="mails-title">Mails to you</h2>
      {error && !data && <p className="hint">They cannot be shown at the moment.</p>}
      <ul className="history">
        {mails.map(({ id, subject, state, sendTime }) => (
          <li key={id}>
            <span>{subject}</span>
            {sendTime ? <Time of={sendTime} clock /> : <small>{STATES[state]}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
