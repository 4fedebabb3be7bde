/** What the sagas of orders work with. */
import type { Clock } from '#chassis/clock.ts';
import type { ChangeOrder } from '../app/change-order.ts';
import type { Inventory, Payments, Shipping } from '../app/ports.ts';
import type { Order } from '../domain/order.ts';

export interface SagaDeps {
  inventory: Inventory;
  payments: Payments;
  shipping: Shipping;
  /** Items, total and address of an order: what never changes. */
  contents(orderId: string): Promise<Order>;
  change: ChangeOrder;
  clock: Clock;
  /** How long an unreachable payment provider is left alone. */
  paymentRetryMs: number;
  /** How long a backorder waits when no news of stock arrives. */
  backorderRetryMs: number;
  /** The age at which an alert is raised. */
  budgetMs: number;
}
