import { type Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import type { Peer } from '../tls/peer.ts';
import { MESH_DOMAIN } from './access-error.ts';
import type { AnswerHeaders, Call, Caller, Rpc } from './call.ts';
import { reasonFor } from './early-refusal.ts';

/** Node runs a timer of more than this at once. It is 24 days: longer than anybody waits. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

const ANONYMOUS: Caller = { service: 'external' };

/** The call as a face received it. What most calls never use (signal, response headers) is made when asked for. */
export class ServedCall implements Call {
  readonly rpc: Rpc;
  readonly headers: Call['headers'];
  readonly peer: Peer | undefined;
  caller: Caller = ANONYMOUS;
  correlationId = '';
  deadline: number | undefined;
  faults: string | undefined;
  #controller: AbortController | undefined;
  #cancelled: { reason: unknown } | undefined;
  #answered = false;
  #onCancel: ((reason: unknown) => void) | undefined;
  #stop: (() => void) | undefined;
  #responseHeaders: AnswerHeaders | undefined;

  constructor(rpc: Rpc, headers: Call['headers'], deadline: number | undefined, peer?: Peer) {
    this.rpc = rpc;
    this.headers = headers;
    this.deadline = deadline;
    this.peer = peer;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(this.#cancelled.reason);
    }
    return this.#controller.signal;
  }

  get responseHeaders(): AnswerHeaders {
    this.#responseHeaders ??= new Map();
    return this.#responseHeaders;
  }

  /** The response headers, if any were set: what a face sends. */
  get sentHeaders(): AnswerHeaders | undefined {
    return this.#responseHeaders;
  }

  /** The work is done and its answer on its way: whatever ends the call from now on concerns nobody. */
  answered(): void {
    this.#answered = true;
  }

  /** Ends the work: the caller is gone or time is up. The first reason counts. */
  cancel(message: string, code: Code): void {
    // Connections tell of every call that it has ended; an error and its stack for each that went well is about a tenth of what a call costs a server.
    if (this.#cancelled || this.#answered) return;
    this.refuse(
      new ConnectError(message, code, undefined, [
        { desc: ErrorInfoSchema, value: { reason: reasonFor(code), domain: MESH_DOMAIN } },
      ]),
    );
  }

  /** Ends the work with an error of its own: what the caller goes on to send cannot be read. */
  refuse(reason: ConnectError): void {
    if (this.#cancelled || this.#answered) return;
    this.#cancelled = { reason };
    this.#controller?.abort(reason);
    this.#onCancel?.(reason);
    this.#stop?.();
  }

  /** Has the call's statements stopped when it is cancelled; cheaper than a listener on the signal, which most calls never need. */
  whenCancelled(stop: () => void): void {
    this.#stop = stop;
  }

  /** Throws why the call was cancelled, if it was. */
  assertWanted(): void {
    if (this.#cancelled) throw this.#cancelled.reason;
  }

  /** Rejects with the reason when the call is cancelled before `work` settles. */
  race<T>(work: Promise<T>): Promise<T> {
    if (this.#cancelled) {
      work.catch(() => undefined);
      return Promise.reject(this.#cancelled.reason);
    }
    return new Promise<T>((resolve, reject) => {
      this.#onCancel = reject;
      work.then(resolve, reject);
    });
  }
}
