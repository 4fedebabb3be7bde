import { useMutation } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Order } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { hasEnded, mayBeCancelled } from './phases.ts';

/** Cancels an order while that is possible. What comes of it is told by the order itself. */
export function CancelOrder({ order: { id, state } }: { order: Order }) {
  const [asked, setAsked] = useState(false);
  const cancel = useMutation(OrdersService.method.cancelOrder, { onSettled: () => setAsked(false) });
  if (!state || hasEnded(state)) return null;
  const send = () => cancel.mutate({ orderId: id });
  return (
    <div className="cancel">
      {cancel.error && <ProblemNotice error={cancel.error} again={send} />}
      {mayBeCancelled(state) && !cancel.isSuccess && !asked && (
        <Button variant="default" size="sm" onClick={() => setAsked(true)}>
          Cancel the order …
        </Button>
      )}
      {mayBeCancelled(state) && asked && (
        <fieldset className="form-foot" aria-label="Really cancel the order?">
          <Button color="red" size="sm" loading={cancel.isPending} onClick={send} autoFocus>
            Yes, cancel it
          </Button>
          <Button variant="default" size="sm" onClick={() => setAsked(false)}>
            Keep it
          </Button>
        </fieldset>
      )}
    </div>
  );
}
