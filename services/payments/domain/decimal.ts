const DIGITS = 9;

/** An amount in billionths as PostgreSQL's numeric writes it: exact, where a division in SQL would round. */
export function decimalOf(nanos: bigint): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(DIGITS + 1, '0');
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
}

/** The amount in billionths of a numeric(38, 9) that PostgreSQL wrote. */
export function nanosOfDecimal(decimal: string): bigint {
  const [units = '0', fraction = ''] = decimal.split('.');
  return BigInt(units + fraction.padEnd(DIGITS, '0'));
}
