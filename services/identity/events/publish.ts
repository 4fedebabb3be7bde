import { create } from '@bufbuild/protobuf';
import { type OutboxRow, outboxRow } from '#chassis/outbox/append.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import type { UserFact } from '../domain/user.ts';

/** Tells a fact as the event of the contract. */
export function userEvent({ kind, user }: UserFact): OutboxRow {
  const { id: userId, email, displayName, version } = user;
  switch (kind) {
    case 'registered':
      return outboxRow(UserRegisteredSchema, create(UserRegisteredSchema, { userId, email, displayName, version }));
    case 'updated':
      return outboxRow(UserUpdatedSchema, create(UserUpdatedSchema, { userId, email, displayName, version }));
    case 'erased':
      return outboxRow(UserErasedSchema, create(UserErasedSchema, { userId, version }));
  }
}
