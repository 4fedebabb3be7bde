import { Code } from '@connectrpc/connect';
import { codeName } from '../rpc/code-name.ts';

/** Something that goes wrong on purpose with some calls, so that it can be seen what becomes of it. */
export interface Fault {
  /** `tradewind.payments.v1.PaymentsService/AuthorizePayment`, `tradewind.payments.v1.PaymentsService`, or `*`. */
  readonly rpc: string;
  /** The process that misbehaves. Unset means the one the RPC belongs to, so the gateway, which passes on what belongs to others, only when it is named. */
  readonly service?: string;
  /** Whose calls are hit; everybody's when unset. */
  readonly caller?: string;
  /** How many of a hundred such calls, by chance. */
  readonly percent: number;
  /** How long a call waits before it goes on. */
  readonly delayMs?: number;
  /** What a call is answered with instead of being served. */
  readonly abort?: Code;
}

/** A delay must end, and sooner than whoever waits for it has forgotten why. */
export const LONGEST_DELAY_MS = 60_000;

/** The one service whose RPCs belong to others. */
const EDGE = 'gateway';

/** Whether a fault is meant for calls of this RPC by this caller to this process; chance is not asked. */
export function concerns(fault: Fault, rpc: string, service: string, caller: string): boolean {
  if (fault.service === undefined ? service === EDGE : fault.service !== service) return false;
  if (fault.caller !== undefined && fault.caller !== caller) return false;
  return fault.rpc === '*' || fault.rpc === rpc || rpc.startsWith(`${fault.rpc}/`);
}

const CODES = new Map(
  Object.values(Code)
    .filter((code) => typeof code === 'number')
    .map((code) => [codeName(code), code]),
);

/** What a fault may answer with, as in `UNAVAILABLE`. */
export const codeNames: readonly string[] = [...CODES.keys()];

/** The code of a name; undefined when there is none. */
export function codeOf(name: string): Code | undefined {
  return CODES.get(name);
}
