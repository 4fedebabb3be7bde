/** An amount of money that survives JSON: `units` is a decimal string because an amount is never a float. */
export interface Money {
  readonly units: string;
  /** Billionths of a unit, with the sign of `units`. */
  readonly nanos: number;
  readonly currency: string;
}

const NANOS = 1_000_000_000n;

export function times(price: Money, quantity: number): Money {
  return fromNanos(toNanos(price) * BigInt(quantity), price.currency);
}

/** The sum of amounts of one currency. */
export function sum(amounts: readonly Money[], currency: string): Money {
  return fromNanos(
    amounts.reduce((total, amount) => total + toNanos(amount), 0n),
    currency,
  );
}

function toNanos(money: Money): bigint {
  return BigInt(money.units) * NANOS + BigInt(money.nanos);
}

function fromNanos(nanos: bigint, currency: string): Money {
  return { units: (nanos / NANOS).toString(), nanos: Number(nanos % NANOS), currency };
}
