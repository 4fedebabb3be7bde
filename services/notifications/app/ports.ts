import type { Facts, Kind, Notification } from '../domain/notification.ts';

/** The event that asks for a notification. */
export interface Asked {
  userId: string;
  orderId: string;
  kind: Kind;
  facts: Facts;
  eventId: string;
  correlationId: string;
}

/** Keeps notifications. */
export interface NotificationStore {
  /** Asks for a message; asked again for the same order and kind, nothing happens. */
  ask(asked: Asked): Promise<void>;
  find(id: string): Promise<Notification | undefined>;
  /** A person's, newest first, those before `before`. */
  list(userId: string, before: string | undefined, limit: number): Promise<Notification[]>;
  mute(userId: string, kinds: Kind[]): Promise<void>;
}

/** Keeps where to reach people. */
export interface AddressBook {
  /** Notes what an account says now. Only a higher version of it changes anything. */
  record(person: { userId: string; email: string; displayName: string; version: bigint }): Promise<void>;
  /** Forgets a person, and lets go of what was still to be sent to them. */
  forget(userId: string, version: bigint): Promise<void>;
}
