/** Lets an operator have calls fail or wait, as `tradewind fault` does. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { KV } from 'nats';
import { DomainError } from '#chassis/domain-error.ts';
import { codeOf } from '#chassis/faults/fault.ts';
import { type Flag, flagsOf, writtenFlag } from '#chassis/faults/flag.ts';
import type { Logger } from '#chassis/log.ts';
import { codeName } from '#chassis/rpc/code-name.ts';

export interface FaultTools {
  allowed: boolean;
  /** Whether an RPC or a contract has that name. */
  isKnown(rpc: string): boolean;
  /** Runs something on the bucket of the flags. */
  use<T>(work: (bucket: KV) => Promise<T>): Promise<T>;
  log: Logger;
}

/** A fault as it is asked for; empty texts and zeros are what is not said. */
export interface AskedFault {
  requestId: string;
  rpc: string;
  service: string;
  caller: string;
  percent: number;
  delayMs: number;
  abort: string;
  durationSeconds: number;
}

const DEFAULT_SECONDS = 600;

export function faultCases({ allowed, isKnown, use, log }: FaultTools) {
  function requireAllowed(): void {
    if (!allowed) throw new DomainError('FAULTS_NOT_ALLOWED');
  }

  return {
    async list() {
      return { allowed, faults: allowed ? (await use((bucket) => flagsOf(bucket))).map(shown) : [] };
    },

    async set(asked: AskedFault, operator: string) {
      requireAllowed();
      if (asked.rpc !== '*' && !isKnown(asked.rpc)) throw new DomainError('RPC_NOT_FOUND', { rpc: asked.rpc });
      if (asked.delayMs === 0 && asked.abort === '') throw new DomainError('FAULT_WITHOUT_EFFECT');
      const flag = flagOf(asked);
      await use((bucket) => bucket.put(flag.id, writtenFlag(flag)));
      log.warn({ operator, fault: flag }, 'fault set');
      return { fault: shown(flag) };
    },

    async clear(ids: readonly string[], operator: string) {
      requireAllowed();
      const cleared = await use(async (bucket) => {
        const on = (await flagsOf(bucket)).map(({ id }) => id);
        const wanted = ids.length === 0 ? on : on.filter((id) => ids.includes(id));
        for (const id of wanted) await bucket.delete(id);
        return wanted;
      });
      if (cleared.length > 0) log.warn({ operator, faults: cleared }, 'faults cleared');
      return { cleared };
    },
  };
}

function flagOf({ requestId, rpc, service, caller, percent, delayMs, abort, durationSeconds }: AskedFault): Flag {
  const code = codeOf(abort);
  return {
    id: requestId,
    rpc,
    percent: percent || 100,
    until: new Date(Date.now() + (durationSeconds || DEFAULT_SECONDS) * 1000),
    ...(service && { service }),
    ...(caller && { caller }),
    ...(delayMs > 0 && { delayMs }),
    ...(code !== undefined && { abort: code }),
  };
}

function shown({ id, rpc, service, caller, percent, delayMs, abort, until }: Flag) {
  return {
    id,
    rpc,
    percent,
    service: service ?? '',
    caller: caller ?? '',
    delayMs: delayMs ?? 0,
    abort: abort === undefined ? '' : codeName(abort),
    endTime: timestampFromDate(until),
  };
}
