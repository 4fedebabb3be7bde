import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { CancellationReason, OrderSchema, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { CONFIRMED, cancelled, differs } from './scenario.ts';

const order = (state: OrderState, cancellationReason: CancellationReason = CancellationReason.UNSPECIFIED) =>
  create(OrderSchema, { state, cancellationReason });
const declined = cancelled(CancellationReason.PAYMENT_DECLINED);

test('an order that is with the carrier already was confirmed', () => {
  expect(differs(CONFIRMED, order(OrderState.SHIPPED))).toBeUndefined();
});

test('an order cancelled for another reason than expected is a surprise', () => {
  expect(differs(declined, order(OrderState.CANCELLED, CancellationReason.PAYMENT_DECLINED))).toBeUndefined();
  expect(differs(declined, order(OrderState.CANCELLED, CancellationReason.OUT_OF_STOCK))).toBe(
    'ended CANCELLED (OUT_OF_STOCK) instead of CANCELLED (PAYMENT_DECLINED)',
  );
});

test('an order cancelled instead of confirmed, or confirmed instead of cancelled, is a surprise', () => {
  expect(differs(CONFIRMED, order(OrderState.CANCELLED, CancellationReason.OUT_OF_STOCK))).toBe(
    'ended CANCELLED (OUT_OF_STOCK) instead of CONFIRMED',
  );
  expect(differs(declined, order(OrderState.CONFIRMED))).toBe(
    'ended CONFIRMED instead of CANCELLED (PAYMENT_DECLINED)',
  );
});
