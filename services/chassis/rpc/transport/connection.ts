import { Code, ConnectError } from '@connectrpc/connect';
import { type Client, connectivityState } from '@grpc/grpc-js';

/** Longer than a service takes to restart, in milliseconds. Whoever is away for longer is not waited for. */
const RESTART_MS = 5_000;

/** Node ends a longer timer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A time without connection, from the first call that met it. */
interface Absence {
  isLong: boolean;
  isOver: boolean;
  /** Who wants to know when it is over, or becomes long. */
  readonly waiting: Set<() => void>;
}

/** Tells whether a channel leads to anybody, so that calls wait for a service that restarts, and fail at once when it stays away. */
export class Connection {
  readonly #client: Client;
  #absence: Absence | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whether one of the channel's servers can be reached now. */
  isReady(): boolean {
    return this.#state() === connectivityState.READY;
  }

  /** Whether nobody could be reached for so long that it is no restart. The channel goes on looking, and it ends with the first connection. */
  isGone(): boolean {
    return !this.isReady() && this.#lookOut().isLong;
  }

  /** Waits until there is a connection, or until waiting for one is in vain. Throws DEADLINE_EXCEEDED or CANCELED when the caller cannot wait for that. */
  settled(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    const absence = this.#lookOut();
    if (absence.isLong || absence.isOver) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        absence.waiting.delete(settle);
      };
      const settle = () => {
        leave();
        resolve();
      };
      const giveUp = (why: string, code: Code) => {
        leave();
        reject(new ConnectError(why, code));
      };
      const onAbort = () => giveUp('cancelled by the caller', Code.Canceled);
      const onTimeUp = () => giveUp('there was no answer in time', Code.DeadlineExceeded);
      const timer = setTimeout(onTimeUp, Math.min(deadline - Date.now(), LONGEST_TIMER_MS));
      signal?.addEventListener('abort', onAbort, { once: true });
      absence.waiting.add(settle);
    });
  }

  #state(): connectivityState {
    return this.#client.getChannel().getConnectivityState(false);
  }

  #lookOut(): Absence {
    if (this.#absence !== undefined) return this.#absence;
    const absence: Absence = { isLong: false, isOver: false, waiting: new Set() };
    this.#absence = absence;
    const timer = setTimeout(() => {
      absence.isLong = true;
      for (const settle of absence.waiting) settle();
    }, RESTART_MS).unref();
    this.#watch(() => {
      clearTimeout(timer);
      absence.isOver = true;
      this.#absence = undefined;
      for (const settle of absence.waiting) settle();
    });
    return absence;
  }

  /** Follows the channel until it is connected or closed, and wakes it when it has nothing to do: it would not look for anybody then. */
  #watch(end: () => void): void {
    const channel = this.#client.getChannel();
    if (this.#state() === connectivityState.IDLE) channel.getConnectivityState(true);
    const state = this.#state();
    if (state === connectivityState.READY || state === connectivityState.SHUTDOWN) end();
    else channel.watchConnectivityState(state, Infinity, () => this.#watch(end));
  }
}
