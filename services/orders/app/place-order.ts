/** Takes an order: prices it, stores it with its first event, its announcement and its checkout in one statement, and lets the checkout run. */
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve } from '../domain/evolve.ts';
import { sum, times } from '../domain/money.ts';
import type { Address, Order, OrderItem } from '../domain/order.ts';
import type {
  AddressProblem,
  Announce,
  CartStore,
  Catalog,
  CatalogProduct,
  OrderStore,
  Shipping,
  StockLine,
} from './ports.ts';

/** The most lines an order has; what is beyond stays in the cart. */
const MOST_LINES = 100;

export interface PlaceOrderRequest {
  userId: string;
  requestId: string;
  /** Equal for equal requests. */
  requestHash: Uint8Array;
  /** Empty means the cart. */
  items: readonly StockLine[];
  shippingAddress: Address;
  paymentToken: string;
}

/** Nothing can be sent to the address. */
export class AddressRefused extends Error {
  readonly problems: readonly AddressProblem[];
  constructor(problems: readonly AddressProblem[]) {
    super('nothing can be sent to the address');
    this.name = 'AddressRefused';
    this.problems = problems;
  }
}

export interface Checkouts {
  create(orderId: string, paymentToken: string): NewSaga;
  start(checkout: NewSaga): void;
}

export interface PlaceOrderDeps {
  store: OrderStore;
  cart: CartStore;
  catalog: Catalog;
  shipping: Pick<Shipping, 'problems'>;
  checkouts: Checkouts;
  announce: Announce;
  /** Tells the relay that there is something to publish. */
  published(): void;
  clock: Clock;
}

export function placeOrder(deps: PlaceOrderDeps): (request: PlaceOrderRequest) => Promise<Order> {
  const { store, cart, catalog, shipping, checkouts, announce, published, clock } = deps;
  return async (request) => {
    const { userId, requestId } = request;
    const named = merged(request.items);
    // A repeat gets the first answer even when the cart is empty by now or a product can no longer be bought.
    const [earlier, lines] = await Promise.all([
      store.findRequest(userId, requestId),
      named.length > 0 ? named : cart.read(userId).then((all) => all.slice(0, MOST_LINES)),
    ]);
    if (earlier) return firstAnswer(earlier, request);
    if (lines.length === 0) throw new DomainError('CART_EMPTY');

    const [products, problems] = await Promise.all([
      catalog.products(lines.map((line) => line.productId)),
      // An order is not lost because shipping is away: then the address is judged when the parcel is made.
      shipping.problems(request.shippingAddress).catch(() => []),
    ]);
    if (problems.length > 0) throw new AddressRefused(problems);
    const items = priced(lines, products);
    const orderId = newId();
    const checkout = checkouts.create(orderId, request.paymentToken);
    const placed: RecordedEvent = {
      orderId,
      version: 1,
      time: clock.now().toISOString(),
      event: {
        type: 'OrderPlaced',
        userId,
        items,
        total: totalOf(items),
        shippingAddress: request.shippingAddress,
        checkoutId: checkout.id,
      },
    };
    const order = evolve(undefined, placed);
    const outbox = announce(order, placed);
    if (!outbox) throw new Error('OrderPlaced is announced');
    const fromCart = named.length > 0 ? [] : lines;
    const { requestHash } = request;
    if (!(await store.place({ order, placed, outbox, checkout, requestId, requestHash, fromCart }))) {
      // The same request came twice at the same moment and the other one was faster.
      const first = await store.findRequest(userId, requestId);
      if (!first) throw new DomainError('CONCURRENT_CHANGE', { order_id: orderId });
      return firstAnswer(first, request);
    }
    published();
    checkouts.start(checkout);
    return order;
  };
}

function firstAnswer(earlier: { order: Order; requestHash: Uint8Array }, request: PlaceOrderRequest): Order {
  if (!Buffer.from(request.requestHash).equals(earlier.requestHash)) {
    throw new DomainError('REQUEST_ID_REUSED', { order_id: earlier.order.id });
  }
  return earlier.order;
}

/** Lines of the same product become one. */
function merged(lines: readonly StockLine[]): StockLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}

function priced(lines: readonly StockLine[], products: readonly CatalogProduct[]): OrderItem[] {
  const known = new Map(products.map((product) => [product.id, product]));
  return lines.map(({ productId, quantity }) => {
    const product = known.get(productId);
    if (!product?.published) throw new DomainError('PRODUCT_UNAVAILABLE', { product_id: productId });
    const { title, price, weightGrams, backorderable } = product;
    return { productId, title, quantity, unitPrice: price, weightGrams, backorderable };
  });
}

function totalOf(items: readonly OrderItem[]) {
  const currencies = new Set(items.map((item) => item.unitPrice.currency));
  const [currency, other] = currencies;
  if (currency === undefined) throw new DomainError('CART_EMPTY');
  if (other !== undefined) throw new DomainError('MIXED_CURRENCIES', { currencies: [...currencies].join(', ') });
  return sum(
    items.map((item) => times(item.unitPrice, item.quantity)),
    currency,
  );
}
