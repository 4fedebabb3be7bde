import { timestampDate } from '@bufbuild/protobuf/wkt';
import pc from 'picocolors';
import { formatMoney } from '#chassis/money.ts';
import { CancellationReason, type Order, OrderSchema, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { nameOf } from '../../enum-name.ts';
import { jsonOf } from '../../json.ts';
import { table, timeText } from '../../table.ts';

/** How far an order is, with the reason when it was cancelled and the next try when its payment waits. */
export function stateText(order: Order): string {
  const { state, cancellationReason, paymentRetryTime } = order;
  const reason = cancellationReason ? ` (${nameOf(CancellationReason, cancellationReason)})` : '';
  const retry = paymentRetryTime ? `, payment is tried again at ${timeText(timestampDate(paymentRetryTime))}` : '';
  const name = nameOf(OrderState, state);
  const coloured =
    state === OrderState.CANCELLED ? pc.red(name) : state >= OrderState.CONFIRMED ? pc.green(name) : name;
  return `${coloured}${reason}${retry}`;
}

export const orderJson = (order: Order) => jsonOf(OrderSchema, order);

/** A whole order for people. */
export function orderText(order: Order): string {
  const { id, total, items, createTime, shipmentId } = order;
  return [
    `Order ${pc.bold(id)}: ${stateText(order)}`,
    `placed ${timeText(createTime && timestampDate(createTime))}${shipmentId ? `, shipment ${shipmentId}` : ''}`,
    table(
      ['product', 'quantity', 'each'],
      items.map(({ title, quantity, unitPrice }) => [title, quantity, unitPrice ? formatMoney(unitPrice) : '–']),
    ),
    `total ${total ? formatMoney(total) : '–'}`,
  ].join('\n');
}
