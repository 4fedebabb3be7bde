import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Button, Skeleton } from '@mantine/core';
import { Link } from 'react-router';
import { OrderPhase, type OrderSummary } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { orderPath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useUser } from '../../session/use-session.ts';
import { Price } from '../price.tsx';
import { Time } from '../time.tsx';
import { numberOf } from './order-number.ts';
import { PHASES } from './phases.ts';

const PAGE_SIZE = 20;

/** All that somebody ordered, newest first. */
export function Orders() {
  // An operator would be shown everybody's.
  const customerId = useUser()?.userId ?? '';
  const found = useInfiniteQuery(
    OrdersService.method.listOrders,
    { customerId, pageSize: PAGE_SIZE, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, staleTime: 0 },
  );
  const orders = found.data?.pages.flatMap((page) => page.orders) ?? [];
  return (
    <Page title="Your orders">
      {found.error && !found.data && <ProblemNotice error={found.error} of="Your orders" again={found.refetch} />}
      {found.isPending && <Skeleton height={240} role="status" aria-label="Your orders are being fetched" />}
      {found.data && orders.length === 0 && <Nothing />}
      {orders.length > 0 && (
        <ul className="orders" aria-label="Orders, newest first">
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          className="more"
          loading={found.isFetchingNextPage}
          onClick={() => found.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </Page>
  );
}

function OrderRow({ order: { id, phase, productTitles, total, createTime } }: { order: OrderSummary }) {
  return (
    <li className="order-row">
      <div className="order-row-text">
        <Link to={orderPath(id)}>Order {numberOf(id)}</Link>
        <span className="order-row-titles">{productTitles.join(', ')}</span>
      </div>
      <Time of={createTime} />
      <span className="phase" data-phase={TONES[phase]}>
        {PHASES[phase]}
      </span>
      <Price amount={total} />
    </li>
  );
}

const TONES: Readonly<Record<number, string>> = {
  [OrderPhase.CONFIRMED]: 'good',
  [OrderPhase.SHIPPED]: 'good',
  [OrderPhase.DELIVERED]: 'done',
  [OrderPhase.CANCELLED]: 'gone',
};

function Nothing() {
  return (
    <div className="empty">
      <p>You have not ordered anything yet. An order you have just placed is here in a moment.</p>
      <Button component={Link} to="/browse">
        Find something
      </Button>
    </div>
  );
}
