import { DomainError } from '#chassis/domain-error.ts';
import { ProviderUnavailable } from './ports.ts';

/** Asks the provider; its silence becomes the reason that tells the caller to send the same request again. */
export async function askProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw new DomainError('PROVIDER_UNAVAILABLE', {}, { cause: error });
    throw error;
  }
}
