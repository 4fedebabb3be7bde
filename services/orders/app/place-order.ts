/** Takes an order: prices it, stores it with its first event, its announcement and its checkout in one statement, and lets the checkout run. */
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve } from '../domain/evolve.ts';
import { type Money, sum, times } from '../domain/money.ts';
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
  /** Is told of every order stored. */
  placed(order: Order): void;
  clock: Clock;
}

export function placeOrder(deps: PlaceOrderDeps): (request: PlaceOrderRequest) => Promise<Order> {
  const { store, checkouts, announce, placed, clock } = deps;

  /** What an earlier call with this request id was answered, whatever became of the order since. */
  async function repeated(request: PlaceOrderRequest): Promise<Order | undefined> {
    const earlier = await store.findRequest(request.userId, request.requestId);
    return earlier && firstAnswer(earlier, request);
  }

  return async (request) => {
    let quote: Quote;
    try {
      quote = await quoteFor(request, deps);
    } catch (refusal) {
      // A repeat gets the first answer even when the cart is empty by now or a product can no longer be bought.
      const first = await repeated(request);
      if (first) return first;
      throw refusal;
    }
    const orderId = newId();
    const checkout = checkouts.create(orderId, request.paymentToken);
    const { userId, requestId, requestHash, shippingAddress } = request;
    const { items, total, fromCart } = quote;
    const taken: RecordedEvent = {
      orderId,
      version: 1,
      time: clock.now().toISOString(),
      event: { type: 'OrderPlaced', userId, items, total, shippingAddress, checkoutId: checkout.id },
    };
    const order = evolve(undefined, taken);
    const outbox = announce(order, taken);
    if (!outbox) throw new Error('OrderPlaced is announced');
    if (!(await store.place({ order, placed: taken, outbox, checkout, requestId, requestHash, fromCart }))) {
      const first = await repeated(request);
      if (first) return first;
      throw new DomainError('CONCURRENT_CHANGE', { order_id: orderId });
    }
    placed(order);
    checkouts.start(checkout);
    return order;
  };
}

interface Quote {
  items: OrderItem[];
  total: Money;
  fromCart: readonly StockLine[];
}

/** What the request asks for, at the prices of this moment. */
async function quoteFor(request: PlaceOrderRequest, { cart, catalog, shipping }: PlaceOrderDeps): Promise<Quote> {
  const named = merged(request.items);
  const fromCart = named.length > 0 ? [] : (await cart.read(request.userId)).slice(0, MOST_LINES);
  const lines = named.length > 0 ? named : fromCart;
  if (lines.length === 0) throw new DomainError('CART_EMPTY');
  const [products, problems] = await Promise.all([
    catalog.products(lines.map((line) => line.productId)),
    // An order is not lost because shipping is away: then the address is judged when the parcel is made.
    shipping.problems(request.shippingAddress).catch(() => []),
  ]);
  if (problems.length > 0) throw new AddressRefused(problems);
  const items = priced(lines, products);
  return { items, total: totalOf(items), fromCart };
}

function firstAnswer(earlier: { placed: RecordedEvent; requestHash: Uint8Array }, request: PlaceOrderRequest): Order {
  if (!Buffer.from(request.requestHash).equals(earlier.requestHash)) {
    throw new DomainError('REQUEST_ID_REUSED', { order_id: earlier.placed.orderId });
  }
  return evolve(undefined, earlier.placed);
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

function totalOf(items: readonly OrderItem[]): Money {
  const currencies = new Set(items.map((item) => item.unitPrice.currency));
  const [currency, other] = currencies;
  if (currency === undefined) throw new DomainError('CART_EMPTY');
  if (other !== undefined) throw new DomainError('MIXED_CURRENCIES', { currencies: [...currencies].join(', ') });
  return sum(
    items.map((item) => times(item.unitPrice, item.quantity)),
    currency,
  );
}
