import { LRUCache } from 'lru-cache';
import type { Limit } from './limit.ts';

const HOUR_MS = 3_600_000;

/** What was said to one call, and how the caller stands after it. */
export interface Verdict {
  readonly refused?: 'RATE_LIMITED' | 'QUOTA_EXCEEDED';
  /** When it may come back, if it was refused. */
  readonly retryAfterMs: number;
  /** Calls that it may make at once, and when it has its whole burst again. */
  readonly tokens: number;
  readonly tokensResetMs: number;
  /** Calls left in this hour, and when the next one begins. */
  readonly left: number;
  readonly hourResetMs: number;
}

/** How often callers called through one replica in an hour; a number never falls within it. */
export interface Counts {
  readonly hour: number;
  readonly counts: readonly (readonly [caller: string, calls: number])[];
}

/** What is known of one caller. */
interface Account {
  readonly limit: Limit;
  tokens: number;
  /** When `tokens` was right, in epoch milliseconds. */
  at: number;
  hour: number;
  /** Calls of this hour through this replica, and through each other one. */
  own: number;
  others: Map<string, number> | undefined;
  elsewhere: number;
}

export interface Ledger {
  /** Counts a call of a caller, or refuses it: what is refused is not counted. */
  take(caller: string, now?: number): Verdict;
  /** Learns what callers did elsewhere. `live` calls were made just now and use up tokens here, too. */
  learn(replica: string, counts: Counts, live: boolean, now?: number): void;
  /** Callers who called here since this was asked last. */
  changed(now?: number): Counts;
  /** All who called here in this hour. */
  all(now?: number): Counts;
}

/**
 * Keeps count of what callers do: a bucket of tokens for how fast, a number for how often in the hour. Each replica counts by itself and learns from the others
 * afterwards, so a call never waits. Holds a bounded number of callers; who was forgotten begins anew.
 */
export function createLedger(limitOf: (caller: string) => Limit, mostCallers: number): Ledger {
  const touched = new Set<string>();
  const accounts = new LRUCache<string, Account>({
    max: mostCallers,
    dispose: (_, caller) => void touched.delete(caller),
    noDisposeOnSet: true,
  });

  function accountOf(caller: string, now: number): Account {
    const hour = Math.floor(now / HOUR_MS);
    let account = accounts.get(caller);
    if (account === undefined) {
      const limit = limitOf(caller);
      account = { limit, tokens: limit.burst, at: now, hour, own: 0, others: undefined, elsewhere: 0 };
      accounts.set(caller, account);
    }
    if (account.hour !== hour) Object.assign(account, { hour, own: 0, others: undefined, elsewhere: 0 });
    const { perSecond, burst } = account.limit;
    account.tokens = Math.min(burst, account.tokens + (Math.max(0, now - account.at) * perSecond) / 1000);
    account.at = now;
    return account;
  }

  return {
    take(caller, now = Date.now()) {
      const account = accountOf(caller, now);
      const { perSecond, perHour } = account.limit;
      const hourResetMs = (account.hour + 1) * HOUR_MS - now;
      if (perHour > 0 && account.own + account.elsewhere >= perHour)
        return verdict(account, hourResetMs, 'QUOTA_EXCEEDED', hourResetMs);
      if (perSecond > 0 && account.tokens < 1)
        return verdict(account, hourResetMs, 'RATE_LIMITED', ((1 - account.tokens) * 1000) / perSecond);
      account.tokens -= perSecond > 0 ? 1 : 0;
      account.own += 1;
      touched.add(caller);
      return verdict(account, hourResetMs);
    },
    learn(replica, { hour, counts }, live, now = Date.now()) {
      if (hour !== Math.floor(now / HOUR_MS)) return;
      for (const [caller, calls] of counts) {
        const account = accountOf(caller, now);
        account.others ??= new Map();
        const more = calls - (account.others.get(replica) ?? 0);
        if (more <= 0) continue;
        account.others.set(replica, calls);
        account.elsewhere += more;
        // A debt is paid back, so that several replicas together let through what one would; but news that come late must not shut anybody out for long.
        if (live) account.tokens = Math.max(-account.limit.burst, account.tokens - more);
      }
    },
    changed(now = Date.now()) {
      const hour = Math.floor(now / HOUR_MS);
      const counts = [...touched].flatMap((caller) => ownOf(caller, accounts.peek(caller), hour));
      touched.clear();
      return { hour, counts };
    },
    all(now = Date.now()) {
      const hour = Math.floor(now / HOUR_MS);
      return { hour, counts: [...accounts.entries()].flatMap(([caller, account]) => ownOf(caller, account, hour)) };
    },
  };
}

function ownOf(caller: string, account: Account | undefined, hour: number): [string, number][] {
  return account && account.hour === hour && account.own > 0 ? [[caller, account.own]] : [];
}

function verdict(account: Account, hourResetMs: number, refused?: Verdict['refused'], retryAfterMs = 0): Verdict {
  const { tokens, own, elsewhere } = account;
  const { perSecond, burst, perHour } = account.limit;
  return {
    ...(refused && { refused }),
    retryAfterMs,
    tokens: Math.max(0, Math.floor(tokens)),
    tokensResetMs: perSecond > 0 ? ((burst - tokens) * 1000) / perSecond : 0,
    left: Math.max(0, perHour - own - elsewhere),
    hourResetMs,
  };
}
