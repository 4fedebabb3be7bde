/** What a browser keeps of a session between pages and tabs, and who is told when it changes. */
import type { Role } from '#gen/tradewind/identity/v1/identity_pb.ts';

export interface Kept {
  userId: string;
  displayName: string;
  roles: Role[];
  accessToken: string;
  /** In milliseconds since the epoch. */
  accessUntil: number;
  refreshToken: string;
}

const KEY = 'tradewind.session';
const listeners = new Set<() => void>();
let read: { text: string | null; value: Kept | undefined } = { text: null, value: undefined };

export function kept(): Kept | undefined {
  const text = localStorage.getItem(KEY);
  if (text !== read.text) read = { text, value: parse(text) };
  return read.value;
}

export function keep(session: Kept): void {
  localStorage.setItem(KEY, JSON.stringify(session));
  tell();
}

export function forget(): void {
  localStorage.removeItem(KEY);
  tell();
}

export function onChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Other tabs write too: signing out in one is signing out in all. */
window.addEventListener('storage', ({ key }) => {
  if (key === KEY || key === null) tell();
});

function tell(): void {
  for (const listener of listeners) listener();
}

function parse(text: string | null): Kept | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    return undefined;
  }
}
