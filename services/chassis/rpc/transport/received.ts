import type { ServiceError } from '@grpc/grpc-js';
import { connectErrorOf } from './status-error.ts';

/** The receiving side of a grpc-js call. */
interface Readable {
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: ServiceError) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

const HIGH_WATER_MARK = 16;

/** Messages received and not yet read. grpc-js emits a failure before the messages that preceded it are read; here it comes last. */
export class Received implements AsyncIterable<Buffer> {
  onReturn: () => void = () => {};
  readonly #queue: Buffer[] = [];
  #source: Readable | undefined;
  #failure: unknown;
  #finished = false;
  #wake: () => void = () => {};

  readFrom(source: Readable): void {
    this.#source = source;
    let failure: ServiceError | null = null;
    source.on('error', (error) => {
      failure = error;
    });
    source.on('end', () => this.finish(failure));
    source.on('data', (bytes) => this.push(bytes));
  }

  push(bytes: Buffer): void {
    this.#queue.push(bytes);
    if (this.#queue.length >= HIGH_WATER_MARK) this.#source?.pause();
    this.#wake();
  }

  finish(error: ServiceError | null): void {
    this.#failure ??= error === null ? undefined : connectErrorOf(error);
    this.#finished = true;
    this.#wake();
  }

  /** The caller's own messages could not be read: the call is cancelled, and the caller sees why. */
  abandon(error: unknown, call: { cancel(): void }): void {
    this.#failure ??= error;
    call.cancel();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const bytes = this.#queue.shift();
        if (bytes !== undefined) {
          if (this.#queue.length < HIGH_WATER_MARK / 2) this.#source?.resume();
          yield bytes;
        } else if (this.#finished) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      if (!this.#finished) this.onReturn();
    }
  }
}
