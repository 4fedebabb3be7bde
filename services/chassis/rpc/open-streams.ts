import type { ConnectError } from '@connectrpc/connect';
import { decodeJwt } from 'jose';
import { refusal } from './access-error.ts';
import type { Interceptor } from './interceptor.ts';
import { observe } from './observe.ts';
import { LONGEST_TIMER_MS, type ServedCall } from './served-call.ts';
import { CLOCK_SKEW_SECONDS } from './tokens.ts';

/** Keeps streams open no longer than the token is good that they were opened with. */
export interface OpenStreams {
  /** Comes after authentication. Unary calls do not pass it: their tokens were good a moment ago. */
  readonly interceptor: Interceptor;
  /** Ends the streams of a session, a grant, an API key or a token (`sid`, `jti`) that has ended before its time. */
  end(id: string): void;
}

interface Stream {
  readonly call: ServedCall;
  readonly ids: readonly string[];
  /** When nobody believes its token any more, in epoch milliseconds. */
  readonly until: number;
}

/** Tokens that expire within so many milliseconds are looked after together. */
const TOGETHER_MS = 1_000;

/** Knows the streams of this process. `isRevoked` says what ended while a call was on its way here. One timer serves all, and runs only while there are any. */
export function openStreams(isRevoked: (id: string) => boolean): OpenStreams {
  const streams = new Set<Stream>();
  const byId = new Map<string, Set<Stream>>();
  let timer: { of: NodeJS.Timeout; at: number } | undefined;

  function enter(stream: Stream): void {
    streams.add(stream);
    for (const id of stream.ids) {
      const same = byId.get(id) ?? new Set();
      byId.set(id, same.add(stream));
    }
    wakeAt(stream.until);
  }

  function leave(stream: Stream): void {
    streams.delete(stream);
    for (const id of stream.ids) {
      const same = byId.get(id);
      same?.delete(stream);
      if (same?.size === 0) byId.delete(id);
    }
    if (streams.size > 0) return;
    clearTimeout(timer?.of);
    timer = undefined;
  }

  function wakeAt(at: number): void {
    if (timer && timer.at <= at) return;
    clearTimeout(timer?.of);
    timer = { at, of: setTimeout(endExpired, Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER_MS)).unref() };
  }

  function endExpired(): void {
    timer = undefined;
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { call, until } of streams) {
      if (until <= now) call.refuse(expired());
      else next = Math.min(next, until);
    }
    if (next < Number.POSITIVE_INFINITY) wakeAt(Math.max(next, now + TOGETHER_MS));
  }

  return {
    interceptor: (rpc) => (next) => {
      if (rpc.method.methodKind === 'unary') return next;
      return async (call, request) => {
        const { user } = call.caller;
        if (!user) return next(call, request);
        const stream = streamOf(call as ServedCall, user.token);
        if (stream.ids.some(isRevoked)) throw revoked();
        enter(stream);
        return observe(
          () => next(call, request),
          (failure) => {
            leave(stream);
            return failure;
          },
        );
      };
    },
    end(id) {
      for (const { call } of byId.get(id) ?? []) call.refuse(revoked());
    },
  };
}

/** The token was verified before: it only has to be read. */
function streamOf(call: ServedCall, token: string): Stream {
  const { sid, jti, exp } = decodeJwt(token);
  const ids = [sid, jti].filter((id) => typeof id === 'string');
  return { call, ids, until: exp === undefined ? Number.POSITIVE_INFINITY : (exp + CLOCK_SKEW_SECONDS) * 1000 };
}

const revoked = (): ConnectError => refusal('TOKEN_REVOKED', { credential: 'user' });

const expired = (): ConnectError =>
  refusal('UNAUTHENTICATED', { credential: 'user', problem: 'the token expired: open the stream again with another' });
