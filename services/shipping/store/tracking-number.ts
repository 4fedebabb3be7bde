import { randomInt } from 'node:crypto';

/** A carrier's number in the form of UPU S10: two letters, eight digits, their check digit, the country. */
export function newTrackingNumber(): string {
  const serial = randomInt(100_000_000).toString().padStart(8, '0');
  return `TW${serial}${checkDigit(serial)}DE`;
}

/** UPU S10-12, section 4: weights 8 6 4 2 3 5 9 7, eleven less the remainder. */
export function checkDigit(serial: string): number {
  const weights = [8, 6, 4, 2, 3, 5, 9, 7];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(serial[index]), 0);
  const digit = 11 - (sum % 11);
  if (digit === 10) return 0;
  return digit === 11 ? 5 : digit;
}
