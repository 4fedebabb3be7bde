import { COUNTRIES, type Zone } from './countries.ts';

export interface Quote {
  serviceLevel: 'standard' | 'express';
  /** Billionths of a unit of the currency asked for. */
  nanos: bigint;
  minDays: number;
  maxDays: number;
}

interface Tariff {
  /** Cents of a euro for the parcel, and for each kilogram begun. */
  parcel: bigint;
  kilogram: bigint;
  days: readonly [number, number];
}

const TARIFFS: Record<Zone, Record<Quote['serviceLevel'], Tariff>> = {
  domestic: {
    standard: { parcel: 390n, kilogram: 50n, days: [1, 3] },
    express: { parcel: 890n, kilogram: 90n, days: [1, 1] },
  },
  neighbour: {
    standard: { parcel: 790n, kilogram: 90n, days: [2, 4] },
    express: { parcel: 1690n, kilogram: 190n, days: [1, 2] },
  },
  europe: {
    standard: { parcel: 1190n, kilogram: 140n, days: [3, 6] },
    express: { parcel: 2490n, kilogram: 290n, days: [1, 3] },
  },
  world: {
    standard: { parcel: 1990n, kilogram: 690n, days: [6, 14] },
    express: { parcel: 4490n, kilogram: 1190n, days: [2, 5] },
  },
};

/** The price list in other currencies: thousandths of a unit for a euro, and the decimals a price has. A price list, not an exchange rate. */
const CURRENCIES: ReadonlyMap<string, { perEuro: bigint; decimals: number }> = new Map([
  ['EUR', { perEuro: 1000n, decimals: 2 }],
  ['AUD', { perEuro: 1700n, decimals: 2 }],
  ['CAD', { perEuro: 1550n, decimals: 2 }],
  ['CHF', { perEuro: 980n, decimals: 2 }],
  ['CZK', { perEuro: 25_000n, decimals: 2 }],
  ['DKK', { perEuro: 7500n, decimals: 2 }],
  ['GBP', { perEuro: 870n, decimals: 2 }],
  ['HUF', { perEuro: 400_000n, decimals: 2 }],
  ['JPY', { perEuro: 165_000n, decimals: 0 }],
  ['NOK', { perEuro: 11_700n, decimals: 2 }],
  ['NZD', { perEuro: 1900n, decimals: 2 }],
  ['PLN', { perEuro: 4300n, decimals: 2 }],
  ['RON', { perEuro: 5000n, decimals: 2 }],
  ['SEK', { perEuro: 11_500n, decimals: 2 }],
  ['USD', { perEuro: 1100n, decimals: 2 }],
]);

export function quotesCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** What each service level costs and takes, cheapest first. The country must be served and the currency on the list. */
export function quotesFor(countryCode: string, weightGrams: bigint, currencyCode: string): Quote[] {
  const country = COUNTRIES.get(countryCode);
  const currency = CURRENCIES.get(currencyCode);
  if (!country || !currency) return [];
  const kilograms = weightGrams === 0n ? 1n : (weightGrams + 999n) / 1000n;
  const smallest = 10n ** BigInt(9 - currency.decimals);
  return (['standard', 'express'] as const).map((serviceLevel) => {
    const { parcel, kilogram, days } = TARIFFS[country.zone][serviceLevel];
    // Cents of a euro to billionths: 10^7 for each cent; thousandths of the list divide out three of them.
    const exact = (parcel + kilogram * kilograms) * currency.perEuro * 10n ** 4n;
    const nanos = ((exact + smallest - 1n) / smallest) * smallest;
    return { serviceLevel, nanos, minDays: days[0], maxDays: days[1] };
  });
}
