import { create } from '@bufbuild/protobuf';
import { type Money, MoneySchema } from '#gen/tradewind/type/v1/money_pb.ts';

const NANOS_PER_UNIT = 1_000_000_000n;

/** The amount in billionths of a unit: exact, and ordinary arithmetic applies. */
export function nanosOf(money: Pick<Money, 'units' | 'nanos'>): bigint {
  return money.units * NANOS_PER_UNIT + BigInt(money.nanos);
}

/** The message for an amount in billionths of a unit. */
export function moneyOf(nanos: bigint, currencyCode: string): Money {
  return create(MoneySchema, { units: nanos / NANOS_PER_UNIT, nanos: Number(nanos % NANOS_PER_UNIT), currencyCode });
}

/** As people write it: at least two decimals, such as `12.50 EUR`. */
export function formatMoney(money: Money): string {
  const nanos = nanosOf(money);
  const absolute = nanos < 0n ? -nanos : nanos;
  const decimals = (absolute % NANOS_PER_UNIT)
    .toString()
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${nanos < 0n ? '-' : ''}${absolute / NANOS_PER_UNIT}.${decimals} ${money.currencyCode}`;
}
