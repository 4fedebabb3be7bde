import type { ReactNode } from 'react';
import type { OrderPage } from '#gen/tradewind/gateway/v1/gateway_pb.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { ShipmentState } from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import { Price } from '../price.tsx';
import { Time } from '../time.tsx';
import { useRefetch } from './use-refetch.ts';

const PARCEL: Readonly<Record<number, string>> = {
  [ShipmentState.CREATED]: 'Packed, waits for the carrier',
  [ShipmentState.DISPATCHED]: 'With the carrier',
  [ShipmentState.DELIVERED]: 'Delivered',
  [ShipmentState.CANCELLED]: 'Stopped',
};

const PAYMENT: Readonly<Record<number, string>> = {
  [PaymentState.PENDING]: 'Being asked for',
  [PaymentState.AUTHORIZED]: 'Set aside on your card',
  [PaymentState.CAPTURED]: 'Paid',
  [PaymentState.DECLINED]: 'Declined',
  [PaymentState.VOIDED]: 'Given free, nothing was taken',
  [PaymentState.REFUNDED]: 'Paid back',
};

interface ParcelProps {
  page: OrderPage | undefined;
  version: bigint;
  again(): unknown;
}

/** The parcel and the payment of an order, as far as there are any and they can be had. */
export function Parcel({ page, version, again }: ParcelProps) {
  useRefetch(version, again);
  const { shipment, payment } = page ?? {};
  return (
    <>
      {shipment && (
        <section className="panel" aria-labelledby="parcel-title">
          <h2 id="parcel-title">Parcel</h2>
          <dl className="facts">
            <Fact name="State">{PARCEL[shipment.state]}</Fact>
            <Fact name="Tracking number">
              <code>{shipment.trackingNumber}</code>
            </Fact>
            {shipment.dispatchTime && (
              <Fact name="Handed over">
                <Time of={shipment.dispatchTime} />
              </Fact>
            )}
            {shipment.deliverTime && (
              <Fact name="Arrived">
                <Time of={shipment.deliverTime} />
              </Fact>
            )}
          </dl>
        </section>
      )}
      {payment && (
        <section className="panel" aria-labelledby="payment-title">
          <h2 id="payment-title">Payment</h2>
          <dl className="facts">
            <Fact name="State">{PAYMENT[payment.state]}</Fact>
            <Fact name="Amount">
              <Price amount={payment.amount} />
            </Fact>
            {payment.declineCode && <Fact name="The bank says">{payment.declineCode.replaceAll('_', ' ')}</Fact>}
          </dl>
        </section>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
