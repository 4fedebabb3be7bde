/** The phases of an order by the names of the contract, which operators also meet in logs. */
import { OrderPhase, OrderPhaseSchema } from '#gen/tradewind/orders/v2/orders_pb.ts';
import type { Tone } from '../parts/tag.tsx';

export const phases: readonly OrderPhase[] = OrderPhaseSchema.values
  .map(({ number }) => number as OrderPhase)
  .filter((phase) => phase !== OrderPhase.UNSPECIFIED);

export const phaseName = (phase: OrderPhase): string => OrderPhaseSchema.value[phase]?.localName ?? '';

export const PHASE_TONES: Readonly<Record<number, Tone>> = {
  [OrderPhase.CONFIRMED]: 'good',
  [OrderPhase.SHIPPED]: 'good',
  [OrderPhase.DELIVERED]: 'good',
  [OrderPhase.BACKORDERED]: 'few',
  [OrderPhase.CANCELLED]: 'bad',
};
