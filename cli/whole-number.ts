import { InvalidArgumentError } from 'commander';

/** Reads a whole number from a command's words; refuses others with the range that is allowed. */
export function wholeNumber(from: number, to = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(
      `It must be a whole number ${to === Number.POSITIVE_INFINITY ? `of at least ${from}` : `from ${from} to ${to}`}.`,
    );
  };
}
