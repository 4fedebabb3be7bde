import { DomainError } from '#chassis/domain-error.ts';
import { type Address, problemsOf } from '../domain/address.ts';

/** Refuses an address nothing can be sent to, naming the first thing wrong with it. */
export function requireDeliverable(address: Address): void {
  const [first] = problemsOf(address);
  if (!first) return;
  if (first.field === 'country_code')
    throw new DomainError('COUNTRY_NOT_SERVED', { country_code: address.countryCode });
  throw new DomainError('ADDRESS_INVALID', { field: first.field, problem: first.problem });
}
