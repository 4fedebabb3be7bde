/**
 * What the use cases need of the world. Outcomes that the checkout expects are values, not exceptions: whatever a port throws is
 * unexpected and worth another try.
 */
import type { OutboxRow } from '#chassis/outbox/append.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import type { RecordedEvent } from '../domain/event.ts';
import type { Money } from '../domain/money.ts';
import type { Address, Order, OrderState } from '../domain/order.ts';

export interface CatalogProduct {
  id: string;
  title: string;
  price: Money;
  weightGrams: number;
  backorderable: boolean;
  published: boolean;
}

export interface Catalog {
  /** The products known among these. */
  products(ids: readonly string[]): Promise<CatalogProduct[]>;
}

export interface StockLine {
  productId: string;
  quantity: number;
}

export type Reserved =
  | { outcome: 'reserved'; reservationId: string; endsAt: Date }
  /** Nothing is held. `available` says what there is of each product that is short. */
  | { outcome: 'short'; available: ReadonlyMap<string, number> }
  /** The reservation this request made has ended. */
  | { outcome: 'ended' };

export interface Inventory {
  /** Holds all lines or none. Repeating a request id answers the same reservation. */
  reserve(request: { requestId: string; orderId: string; lines: StockLine[] }): Promise<Reserved>;
  /** Sells what is held. `ended` means the stock is gone. */
  commit(reservationId: string): Promise<{ outcome: 'committed' | 'ended' }>;
  /** Returns what `reserve` with this request id held or `commit` sold, and refuses it if it comes later. */
  release(request: { requestId: string; orderId: string }): Promise<void>;
}

export type Authorized =
  | { outcome: 'authorized'; paymentId: string }
  | { outcome: 'declined' }
  /** The provider does not answer; the same request may be sent again, and must be voided if it is given up. */
  | { outcome: 'unavailable' };

export interface PaymentProgress {
  paymentId: string;
  stage: 'authorized' | 'captured' | 'voided' | 'refunded';
}

export interface Payments {
  authorize(request: { requestId: string; orderId: string; amount: Money; paymentToken: string }): Promise<Authorized>;
  capture(paymentId: string): Promise<void>;
  /** Gives up what `authorize` with this request id set aside, and refuses it if it comes later. */
  void(request: { requestId: string; orderId: string }): Promise<void>;
  refund(request: { requestId: string; paymentId: string; reason: string }): Promise<void>;
  /** How far the order's payment got; nothing when there is none that counts. */
  progress(orderId: string): Promise<PaymentProgress | undefined>;
}

export type ShipmentMade = { outcome: 'created'; shipmentId: string } | { outcome: 'refused'; reason: string };

export interface AddressProblem {
  /** The address's field, such as `postal_code`. */
  field: string;
  problem: string;
}

export interface Shipping {
  /** What is wrong with an address; nothing when parcels can go there. */
  problems(address: Address): Promise<AddressProblem[]>;
  create(request: { requestId: string; orderId: string; address: Address; weightGrams: number }): Promise<ShipmentMade>;
  /** Stops the parcel `create` with this request id made, and refuses it if it comes later. */
  cancel(request: { requestId: string; orderId: string }): Promise<{ outcome: 'cancelled' | 'dispatched' }>;
}

/** Everything one decision changes, stored in one statement or not at all. */
export interface OrderChange {
  /** The order as it was when the decision was taken. */
  before: Order;
  after: Order;
  events: readonly RecordedEvent[];
  outbox: readonly OutboxRow[];
  /** A saga to be asked to undo its work. */
  cancelSaga?: string;
  /** A saga that begins with this change. */
  startSaga?: NewSaga;
}

export interface NewOrder {
  order: Order;
  placed: RecordedEvent;
  outbox: OutboxRow;
  checkout: NewSaga;
  requestId: string;
  requestHash: Uint8Array;
  /** The cart lines that were ordered and leave the cart; empty when the items were named in the request. */
  fromCart: readonly StockLine[];
}

export interface OrderStore {
  /** False when the request id was used before: then nothing was stored. */
  place(order: NewOrder): Promise<boolean>;
  /** False when another writer came first: then nothing was stored. */
  append(change: OrderChange): Promise<boolean>;
  find(orderId: string): Promise<Order | undefined>;
  findMany(orderIds: readonly string[]): Promise<Order[]>;
  /** How the order that a request id placed began, with the hash of what was asked for. */
  findRequest(
    userId: string,
    requestId: string,
  ): Promise<{ placed: RecordedEvent; requestHash: Uint8Array } | undefined>;
  /** An order's events after a version, oldest first. */
  events(orderId: string, afterVersion: number): Promise<RecordedEvent[]>;
  /** Versions of orders, for those who watch them. */
  versions(orderIds: readonly string[]): Promise<Map<string, number>>;
}

export interface CartStore {
  read(userId: string): Promise<StockLine[]>;
  /** Replaces a line, or removes it when the quantity is 0, and answers the cart. */
  set(userId: string, line: StockLine): Promise<StockLine[]>;
}

export interface OrderSummary {
  orderId: string;
  userId: string;
  customerName: string;
  state: OrderState;
  productTitles: string[];
  total: Money;
  placedAt: Date;
}

export interface SummaryFilter {
  userId?: string;
  state?: OrderState;
  /** Only orders placed before this one. */
  before?: string;
  limit: number;
}

export interface SummaryReader {
  /** Newest first. */
  list(filter: SummaryFilter): Promise<OrderSummary[]>;
  /** The names known among these users, by id. */
  customerNames(userIds: readonly string[]): Promise<Map<string, string>>;
}

/** What an event says of an order. Only some events name its contents. */
export interface OrderFact {
  orderId: string;
  userId: string;
  state: OrderState;
  version: bigint;
  contents?: { productIds: string[]; total: Money };
  placedAt?: Date;
}

export interface OrderSummaryStore extends SummaryReader {
  noteOrder(fact: OrderFact): Promise<void>;
  noteCustomer(userId: string, name: string, version: bigint): Promise<void>;
  noteProduct(productId: string, title: string, version: bigint): Promise<void>;
  /** Begins a new generation beside the serving one and answers its number. Ends another rebuild that is under way. */
  begin(): Promise<number>;
  /** Lets a generation serve and removes the others; answers its rows, or nothing when another rebuild took over. */
  swap(generation: number): Promise<number | undefined>;
}

/** Turns facts into the messages other services know; facts that concern nobody else become none. */
export type Announce = (order: Order, recorded: RecordedEvent) => OutboxRow | undefined;

/** Tells those in this process who watch an order that it changed. */
export type Changed = (orderId: string) => void;
