import { pause } from './pause.ts';

/** Waits for what may never come, but no longer than so many milliseconds; whether it came or failed does not matter. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work.catch(() => undefined), pause(milliseconds, patience.signal)]);
  patience.abort();
}
