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

/** `OrderStockReserved` → `Order stock reserved`. */
function wordsOf(type: string): string {
  const words = type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
