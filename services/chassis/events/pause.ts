import { setTimeout as delay } from 'node:timers/promises';

/** Waits; ends early, without throwing, when `signal` aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
