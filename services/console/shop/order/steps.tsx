import { OrderPhase, type OrderState } from '#gen/tradewind/orders/v2/orders_pb.ts';

const STEPS: readonly (readonly [phase: OrderPhase, name: string])[] = [
  [OrderPhase.PENDING, 'Taken'],
  [OrderPhase.STOCK_RESERVED, 'Reserved'],
  [OrderPhase.CONFIRMED, 'Confirmed'],
  [OrderPhase.SHIPPED, 'Shipped'],
  [OrderPhase.DELIVERED, 'Delivered'],
];

/** How far an order got, at a glance. */
export function Steps({ state: { phase } }: { state: OrderState }) {
  const reached = phase === OrderPhase.BACKORDERED ? 0 : STEPS.findIndex(([each]) => each === phase);
  const isGone = phase === OrderPhase.CANCELLED;
  return (
    <ol className="steps" aria-label="How far it got">
      {STEPS.map(([step, name], index) => (
        <li
          key={step}
          data-done={(!isGone && index <= reached) || undefined}
          aria-current={!isGone && index === reached ? 'step' : undefined}
        >
          <span className="steps-dot" />
          {name}
        </li>
      ))}
    </ol>
  );
}
