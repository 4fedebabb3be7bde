import { COUNTRIES } from './countries.ts';

/** A postal address as it is kept. */
export interface Address {
  recipient: string;
  line1: string;
  line2: string;
  city: string;
  postalCode: string;
  countryCode: string;
}

/** One thing wrong with an address. `field` is the contract's name of it. */
export interface AddressProblem {
  field: string;
  problem: string;
}

export const NOT_SERVED = 'nothing is sent to this country';

/** Everything wrong with an address; nothing when it can be right and is served. */
export function problemsOf(address: Address): AddressProblem[] {
  const lines = { recipient: address.recipient, line1: address.line1, city: address.city };
  const blank = Object.entries(lines)
    .filter(([, value]) => !/[\p{L}\p{N}]/u.test(value))
    .map(([field]) => ({ field, problem: 'holds no letter or digit' }));
  return [...blank, ...regionProblems(address)];
}

function regionProblems({ countryCode, postalCode }: Address): AddressProblem[] {
  const country = COUNTRIES.get(countryCode);
  if (!country) return [{ field: 'country_code', problem: NOT_SERVED }];
  if (country.postalCode.test(postalCode.trim().toUpperCase())) return [];
  return [{ field: 'postal_code', problem: `is not one of ${countryCode}, such as ${country.example}` }];
}
