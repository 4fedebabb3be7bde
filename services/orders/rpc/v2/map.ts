/** Turns orders into the messages of v2: the only place that knows both. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  CancellationReason,
  type OrderHistoryEntrySchema,
  OrderPhase,
  type OrderSchema,
  type OrderStateSchema,
  type OrderSummarySchema,
} from '#gen/tradewind/orders/v2/orders_pb.ts';
import type { HistoryEntry } from '../../app/find-order.ts';
import type { OrderSummary } from '../../app/ports.ts';
import { type Money, sum, times } from '../../domain/money.ts';
import type { Order, OrderState } from '../../domain/order.ts';
import { fromAddress, fromMoney, fromTime } from '../../values.ts';
import { toHistoryEntry as toFirstHistoryEntry } from '../map.ts';

/** Names by user id, as far as they are known. */
export type CustomerNames = ReadonlyMap<string, string>;

export function toOrder(order: Order, names: CustomerNames): MessageInitShape<typeof OrderSchema> {
  const { id, userId, items, total, shipmentId, paymentId } = order;
  return {
    id,
    customer: { id: userId, name: names.get(userId) },
    state: toState(order),
    lines: items.map(({ productId, title, quantity, unitPrice, backorderable }) => ({
      productId,
      title,
      quantity: BigInt(quantity),
      unitPrice: fromMoney(unitPrice),
      amount: fromMoney(times(unitPrice, quantity)),
      backorderable,
    })),
    amounts: amountsOf(order, total),
    shippingAddress: fromAddress(order.shippingAddress),
    shipmentId,
    paymentId,
    version: BigInt(order.version),
    createTime: fromTime(order.createTime),
    updateTime: fromTime(order.updateTime),
  };
}

/** Delivery is free, so an order costs what its lines do. */
function amountsOf({ items }: Order, total: Money) {
  const { currency } = total;
  const lines = items.map(({ unitPrice, quantity }) => times(unitPrice, quantity));
  return { subtotal: fromMoney(sum(lines, currency)), shipping: fromMoney(sum([], currency)), total: fromMoney(total) };
}

function toState(order: Order): MessageInitShape<typeof OrderStateSchema> {
  return { phase: OrderPhase[order.state], circumstance: circumstanceOf(order) };
}

/** What is being undone waits for nothing any more, and what waits for its payment has its stock. */
function circumstanceOf(order: Order): MessageInitShape<typeof OrderStateSchema>['circumstance'] {
  const reason = order.cancellationReason ?? order.closing;
  if (reason) return { case: 'cancellation', value: { reason: CancellationReason[reason] } };
  const retryTime = fromTime(order.paymentRetryTime);
  if (retryTime) return { case: 'paymentDelay', value: { retryTime } };
  if (order.missing) return { case: 'backorder', value: { missingProductIds: [...order.missing] } };
  return undefined;
}

export function toHistoryEntry(entry: HistoryEntry): MessageInitShape<typeof OrderHistoryEntrySchema> {
  // v1 tells the details as text.
  const { version, type, time, details = '{}' } = toFirstHistoryEntry(entry);
  return { version, type, time, state: toState(entry.order), details: JSON.parse(details) };
}

export function toSummary(summary: OrderSummary): MessageInitShape<typeof OrderSummarySchema> {
  const { orderId, userId, customerName, productTitles, state, total, placedAt } = summary;
  return {
    id: orderId,
    customer: { id: userId, name: customerName },
    phase: OrderPhase[state],
    productTitles,
    total: fromMoney(total),
    createTime: timestampFromDate(placedAt),
  };
}

const STATE_NAMES = Object.keys(OrderPhase).filter((name) => name !== 'UNSPECIFIED') as OrderState[];

/** The state a filter names; undefined when it names none. */
export function stateOfPhase(phase: OrderPhase): OrderState | undefined {
  return STATE_NAMES.find((name) => OrderPhase[name] === phase);
}
