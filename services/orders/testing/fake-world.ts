/**
 * Inventory, payments and shipping as the contracts describe them, in memory: requests are idempotent by id, and undoing one that never
 * came refuses it when it comes later. Counts what is held, charged and sent, so that a test sees whether the slate is clean.
 */
import type { Clock } from '#chassis/clock.ts';
import { newId } from '#chassis/ids.ts';
import type { Inventory, Payments, Shipping } from '../app/ports.ts';
import type { Money } from '../domain/money.ts';

const HOLD_MS = 15 * 60_000;

export interface FakeWorld {
  inventory: Inventory;
  payments: Payments;
  shipping: Shipping;
  stock: Map<string, number>;
  /** What the provider says to the next authorizations. */
  card: 'accepted' | 'declined' | 'unavailable';
  dispatched: boolean;
  undeliverable: boolean;
  /** What is in effect now. */
  tally(): { held: number; sold: number; authorized: number; captured: number; refunded: number; parcels: number };
  /** Authorizations that were ever granted. */
  charges(): number;
}

interface Hold {
  id: string;
  lines: { productId: string; quantity: number }[];
  state: 'held' | 'committed' | 'released';
  endsAt: Date;
}
interface Charge {
  id: string;
  orderId: string;
  amount: Money;
  state: 'authorized' | 'captured' | 'voided' | 'refunded';
}

export function fakeWorld(clock: Clock, stock = new Map<string, number>()): FakeWorld {
  const holds = new Map<string, Hold>();
  const charges = new Map<string, Charge>();
  const parcels = new Map<string, { id: string; state: 'created' | 'cancelled' }>();
  const onHand = (productId: string) => stock.get(productId) ?? 0;
  const move = (lines: Hold['lines'], sign: 1 | -1) => {
    for (const { productId, quantity } of lines) stock.set(productId, onHand(productId) + sign * quantity);
  };
  const pieces = (state: Hold['state']) =>
    [...holds.values()]
      .filter((hold) => hold.state === state)
      .flatMap((hold) => hold.lines)
      .reduce((total, line) => total + line.quantity, 0);
  const counted = (state: Charge['state']) => [...charges.values()].filter((charge) => charge.state === state).length;
  let granted = 0;

  const world: FakeWorld = {
    stock,
    card: 'accepted',
    dispatched: false,
    undeliverable: false,
    tally: () => ({
      held: pieces('held'),
      sold: pieces('committed'),
      authorized: counted('authorized'),
      captured: counted('captured'),
      refunded: counted('refunded'),
      parcels: [...parcels.values()].filter((parcel) => parcel.state === 'created').length,
    }),
    charges: () => granted,

    inventory: {
      async reserve({ requestId, lines }) {
        const known = holds.get(requestId);
        if (known?.state === 'released') return { outcome: 'ended' };
        if (known) return { outcome: 'reserved', reservationId: known.id, endsAt: known.endsAt };
        const short = lines.filter(({ productId, quantity }) => onHand(productId) < quantity);
        if (short.length > 0) {
          return { outcome: 'short', available: new Map(short.map(({ productId }) => [productId, onHand(productId)])) };
        }
        move(lines, -1);
        const hold: Hold = { id: newId(), lines, state: 'held', endsAt: new Date(clock.now().getTime() + HOLD_MS) };
        holds.set(requestId, hold);
        return { outcome: 'reserved', reservationId: hold.id, endsAt: hold.endsAt };
      },
      async commit(reservationId) {
        const hold = [...holds.values()].find(({ id }) => id === reservationId);
        if (!hold || hold.state === 'released') return { outcome: 'ended' };
        hold.state = 'committed';
        return { outcome: 'committed' };
      },
      async release({ requestId }) {
        const hold = holds.get(requestId);
        if (hold && hold.state !== 'released') move(hold.lines, 1);
        const ended = hold ?? { id: newId(), lines: [], endsAt: clock.now() };
        holds.set(requestId, { ...ended, state: 'released' });
      },
    },

    payments: {
      async authorize({ requestId, orderId, amount }) {
        const known = charges.get(requestId);
        if (known?.state === 'voided') return { outcome: 'declined' };
        if (known) return { outcome: 'authorized', paymentId: known.id };
        if (world.card !== 'accepted') return { outcome: world.card };
        const charge: Charge = { id: newId(), orderId, amount, state: 'authorized' };
        charges.set(requestId, charge);
        granted++;
        return { outcome: 'authorized', paymentId: charge.id };
      },
      async capture(paymentId) {
        const charge = [...charges.values()].find(({ id }) => id === paymentId);
        if (charge?.state === 'authorized') charge.state = 'captured';
        if (charge?.state !== 'captured') throw new Error('WRONG_STATE');
      },
      async void({ requestId, orderId }) {
        const charge = charges.get(requestId) ?? {
          id: newId(),
          orderId,
          amount: { units: '0', nanos: 0, currency: 'EUR' },
        };
        if ('state' in charge && !['authorized', 'voided'].includes(charge.state)) throw new Error('WRONG_STATE');
        charges.set(requestId, { ...charge, state: 'voided' });
      },
      async refund({ paymentId }) {
        const charge = [...charges.values()].find(({ id }) => id === paymentId);
        if (charge?.state === 'captured') charge.state = 'refunded';
        if (charge?.state !== 'refunded') throw new Error('WRONG_STATE');
      },
      async progress(orderId) {
        const charge = [...charges.values()].find((each) => each.orderId === orderId);
        return charge && { paymentId: charge.id, stage: charge.state };
      },
    },

    shipping: {
      async problems() {
        return world.undeliverable ? [{ field: 'country_code', problem: 'nothing is sent there' }] : [];
      },
      async create({ requestId }) {
        const known = parcels.get(requestId);
        if (known?.state === 'cancelled') return { outcome: 'refused', reason: 'SHIPMENT_CANCELLED' };
        if (world.undeliverable) return { outcome: 'refused', reason: 'COUNTRY_NOT_SERVED' };
        const parcel = known ?? { id: newId(), state: 'created' as const };
        parcels.set(requestId, parcel);
        return { outcome: 'created', shipmentId: parcel.id };
      },
      async cancel({ requestId }) {
        if (world.dispatched) return { outcome: 'dispatched' };
        parcels.set(requestId, { id: parcels.get(requestId)?.id ?? newId(), state: 'cancelled' });
        return { outcome: 'cancelled' };
      },
    },
  };
  return world;
}
