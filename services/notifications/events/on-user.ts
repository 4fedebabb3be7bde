/** Keeps the address book up to date with identity. */
import { type Consumer, on } from '#chassis/events/subscription.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import type { AddressBook } from '../app/ports.ts';

export function userConsumer(book: AddressBook, wakeSender: () => void): Consumer {
  async function record(person: { userId: string; email: string; displayName: string; version: bigint }) {
    await book.record(person);
    wakeSender();
  }
  return {
    name: 'address-book',
    subjects: [
      on(UserRegisteredSchema, record),
      on(UserUpdatedSchema, record),
      on(UserErasedSchema, ({ userId, version }) => book.forget(userId, version)),
    ],
  };
}
