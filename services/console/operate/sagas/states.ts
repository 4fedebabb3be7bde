import { SagaState, SagaStateSchema } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { Tone } from '../parts/tag.tsx';

export const sagaStates: readonly SagaState[] = SagaStateSchema.values
  .map(({ number }) => number as SagaState)
  .filter((state) => state !== SagaState.UNSPECIFIED);

export const sagaStateName = (state: SagaState): string => SagaStateSchema.value[state]?.localName ?? '';

export const SAGA_TONES: Readonly<Record<SagaState, Tone>> = {
  [SagaState.UNSPECIFIED]: 'plain',
  [SagaState.RUNNING]: 'plain',
  [SagaState.COMPENSATING]: 'few',
  [SagaState.COMPLETED]: 'good',
  [SagaState.COMPENSATED]: 'few',
  [SagaState.PARKED]: 'bad',
};
