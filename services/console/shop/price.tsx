import { nanosOf } from '#chassis/money.ts';
import type { Money } from '#gen/tradewind/type/v1/money_pb.ts';

type Amount = Pick<Money, 'units' | 'nanos' | 'currencyCode'>;

/** An amount as people of this browser write it. Exact: the digits are handed over as text, never as a float. */
export function priceText(amount: Amount): string {
  const nanos = nanosOf(amount);
  const absolute = nanos < 0n ? -nanos : nanos;
  const decimals = (absolute % 1_000_000_000n)
    .toString()
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  const exact = `${nanos < 0n ? '-' : ''}${absolute / 1_000_000_000n}.${decimals}` as `${number}`;
  const style = { style: 'currency', currency: amount.currencyCode, maximumFractionDigits: 9 } as const;
  return new Intl.NumberFormat('en-IE', style).format(exact);
}

export function Price({ amount, className }: { amount: Amount | undefined; className?: string }) {
  return <span className={className ?? 'price'}>{amount ? priceText(amount) : '–'}</span>;
}

/** What lines cost together; undefined when their currencies differ or there are none. */
export function sumOf(lines: { price: Amount | undefined; quantity: bigint }[]): Amount | undefined {
  const currencies = new Set(lines.map(({ price }) => price?.currencyCode));
  const [currencyCode] = currencies;
  if (currencies.size !== 1 || currencyCode === undefined) return undefined;
  const nanos = lines.reduce((sum, { price, quantity }) => sum + (price ? nanosOf(price) * quantity : 0n), 0n);
  return { units: nanos / 1_000_000_000n, nanos: Number(nanos % 1_000_000_000n), currencyCode };
}
