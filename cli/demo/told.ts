import type { DescEnum } from '@bufbuild/protobuf';
import { CancellationReasonSchema, OrderStateSchema } from '#gen/tradewind/orders/v1/orders_pb.ts';

/** States and reasons in words, for surprises. */
export const stateText = (state: number) => nameOf(OrderStateSchema, state);
export const reasonText = (reason: number) => nameOf(CancellationReasonSchema, reason);

function nameOf(enumeration: DescEnum, value: number): string {
  return enumeration.value[value]?.localName ?? `unknown (${value})`;
}
