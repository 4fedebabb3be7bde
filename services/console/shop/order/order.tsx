import { createClient } from '@connectrpc/connect';
import { useQuery, useTransport } from '@connectrpc/connect-query';
import { Skeleton } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import type { Order } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useStream } from '../../transport/use-stream.ts';
import { countryName } from '../country.ts';
import { CancelOrder } from './cancel-order.tsx';
import { History } from './history.tsx';
import { Mails } from './mails.tsx';
import { MissingParts } from './missing-parts.tsx';
import { OrderLines } from './order-lines.tsx';
import { numberOf } from './order-number.ts';
import { Parcel } from './parcel.tsx';
import { hasEnded, PHASES, storyOf } from './phases.ts';
import { Steps } from './steps.tsx';

/** How soon parts that could not be had are asked for again. */
const LOOK_AGAIN_MS = 5_000;

/** One order, moving as it does. */
export function OrderPage() {
  const { id = '' } = useParams();
  const orders = createClient(OrdersService, useTransport());
  const watched = useStream(
    id,
    (signal) => orders.watchOrder({ orderId: id }, { signal }),
    ({ order }) => hasEnded(order?.state),
  );
  const order = watched.last?.order;
  if (order) return <Shown order={order} lost={watched.isOver ? null : watched.error} />;
  return (
    <Page title="Your order">
      {watched.error ? <ProblemNotice error={watched.error} of="The order" /> : <InWaiting />}
      {watched.error ? (
        <p>
          It may still be among <Link to="/orders">your orders</Link>.
        </p>
      ) : null}
    </Page>
  );
}

function Shown({ order, lost }: { order: Order; lost: unknown }) {
  const { id, lines, amounts, state, shippingAddress: address, version } = order;
  const asked = { orderId: id };
  // What the other services know is read anew when the order moves.
  const page = useQuery(GatewayService.method.getOrderPage, asked, {
    staleTime: 0,
    refetchInterval: ({ state: read }) => (read.error || read.data?.page?.missingParts.length ? LOOK_AGAIN_MS : false),
  });
  if (!state) return null;
  const titles = new Map(lines.map(({ productId, title }) => [productId, title]));
  return (
    <Page title={`Order ${numberOf(id)}`}>
      <section className="order-state panel" aria-label="State of the order">
        <div role="status" aria-live="polite" aria-atomic="true">
          <p className="order-phase">{PHASES[state.phase]}</p>
          <p>{storyOf(state, titles)}</p>
        </div>
        <Steps state={state} />
        {lost ? <p className="hint">The live connection was lost; it is being opened again.</p> : null}
        <CancelOrder order={order} />
      </section>
      <MissingParts page={page.data?.page} error={page.data ? null : page.error} />
      <div className="order">
        <div className="order-main">
          <OrderLines lines={lines} amounts={amounts} products={page.data?.page?.products ?? []} />
          <History orderId={id} version={version} />
        </div>
        <div className="order-side">
          {address && (
            <section className="panel" aria-labelledby="address-title">
              <h2 id="address-title">Goes to</h2>
              <address>
                {[
                  address.recipient,
                  address.line1,
                  address.line2,
                  `${address.postalCode} ${address.city}`,
                  countryName(address.countryCode),
                ]
                  .filter(Boolean)
                  .map((line) => (
                    <span key={line}>{line}</span>
                  ))}
              </address>
            </section>
          )}
          <Parcel page={page.data?.page} version={version} again={page.refetch} />
          <Mails orderId={id} version={version} />
        </div>
      </div>
    </Page>
  );
}

function InWaiting() {
  return (
    <div role="status" aria-label="The order is being fetched">
      <Skeleton height={190} />
      <div className="order">
        <Skeleton height={260} className="order-main" />
        <Skeleton height={160} className="order-side" />
      </div>
    </div>
  );
}
