import { expect, test } from 'vitest';
import { reasonNames } from '#chassis/domain-error.ts';
import { NotificationsErrorReasonSchema } from '#gen/tradewind/notifications/v1/notifications_error_pb.ts';
import { notificationsErrors } from './errors.ts';

test('every reason of the contract has a rule, and every rule a reason', () => {
  expect(Object.keys(notificationsErrors.rules).sort()).toEqual(reasonNames(NotificationsErrorReasonSchema).sort());
});
