import type { Flag } from './flag.ts';

/** The flags that are on, each until its end. Calls look at it all the time and find it ready: it changes when a flag comes, goes or ends. */
export class FlagBoard {
  readonly #flags = new Map<string, Flag>();
  #on: readonly Flag[] = [];
  #timer: NodeJS.Timeout | undefined;

  get faults(): readonly Flag[] {
    return this.#on;
  }

  put(flag: Flag): void {
    this.#flags.set(flag.id, flag);
    this.#settle();
  }

  remove(id: string): void {
    this.#flags.delete(id);
    this.#settle();
  }

  clear(): void {
    this.#flags.clear();
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    for (const { id, until } of this.#flags.values()) if (until.getTime() <= now) this.#flags.delete(id);
    this.#on = [...this.#flags.values()];
    if (this.#on.length === 0) return;
    const next = Math.min(...this.#on.map(({ until }) => until.getTime()));
    this.#timer = setTimeout(() => this.#settle(), next - now).unref();
  }
}
