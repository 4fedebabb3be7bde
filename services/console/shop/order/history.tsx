import { useQuery } from '@connectrpc/connect-query';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { problemOf } from '../../transport/problem.ts';
import { Time } from '../time.tsx';
import { useRefetch } from './use-refetch.ts';

/** All that happened to an order, newest last. */
export function History({ orderId, version }: { orderId: string; version: bigint }) {
  const { data, error, refetch } = useQuery(OrdersService.method.getOrderHistory, { orderId }, { staleTime: 0 });
  useRefetch(version, refetch);
  return (
    <section className="panel" aria-labelledby="history-title">
      <h2 id="history-title">What happened</h2>
      {error && !data && <p className="hint">It cannot be shown at the moment. {problemOf(error).advice}</p>}
      <ol className="history">
        {data?.entries.map((entry) => (
          <li key={String(entry.version)}>
            <span>{wordsOf(entry.type)}</span>
            <Time of={entry.time} clock />
          </li>
        ))}
      </ol>
    </section>
  );
}

const KNOWN: Readonly<Record<string, string>> = {
  OrderPlaced: 'You placed the order',
  OrderStockReserved: 'Your products were set aside',
  OrderPaymentDelayed: 'The payment provider could not be reached; the payment is tried again',
  OrderConfirmed: 'Products and payment are certain',
  OrderShipmentCreated: 'The parcel was packed',
  OrderShipped: 'The carrier took the parcel',
  OrderDelivered: 'The parcel arrived',
  OrderBackordered: 'Something was not in stock; the order waits for it',
  OrderCancellationRequested: 'You asked to cancel',
  OrderCancelled: 'The order was cancelled',
};

/** What people call it; what is not known here by its own name, `OrderNoted` as `Order noted`. */
function wordsOf(type: string): string {
  const words = type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return KNOWN[type] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
