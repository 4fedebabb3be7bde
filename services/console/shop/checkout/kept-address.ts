/** Where somebody had their last parcel sent, kept by this browser until they sign out. */
import type { AddressInput } from './address-form.tsx';

const KEY = 'tradewind.address';

export function keepAddress(userId: string, address: AddressInput): void {
  localStorage.setItem(KEY, JSON.stringify({ userId, address }));
}

export function keptAddress(userId: string): AddressInput | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as { userId?: string; address?: AddressInput };
    return kept.userId === userId ? kept.address : undefined;
  } catch {
    return undefined;
  }
}

export function forgetAddress(): void {
  localStorage.removeItem(KEY);
}
