import { nanosOf } from '#chassis/money.ts';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import type { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import type { Money } from '#gen/tradewind/type/v1/money_pb.ts';
import type { Authorization } from '../app/authorize-payment.ts';
import type { RefundWish } from '../app/refund-payment.ts';
import type { Payment } from '../domain/payment.ts';
import { paymentMessage } from './payment-message.ts';

/** What the RPCs need of the application. */
export interface UseCases {
  authorize(authorization: Authorization): Promise<Payment>;
  capture(paymentId: string): Promise<Payment>;
  void(authorizeRequestId: string, orderId: string): Promise<Payment | undefined>;
  refund(wish: RefundWish): Promise<Payment>;
  get(orderId: string): Promise<Payment>;
}

export function paymentsRpc(useCases: UseCases): ServiceImpl<typeof PaymentsService> {
  return {
    async authorizePayment({ requestId, orderId, amount, paymentToken }) {
      const authorization = { requestId, orderId, ...moreThanNothing(amount), token: paymentToken };
      return { payment: paymentMessage(await useCases.authorize(authorization)) };
    },
    async capturePayment({ paymentId }) {
      return { payment: paymentMessage(await useCases.capture(paymentId)) };
    },
    async voidPayment({ authorizeRequestId, orderId }) {
      const payment = await useCases.void(authorizeRequestId, orderId);
      return { payment: payment && paymentMessage(payment) };
    },
    async refundPayment({ requestId, paymentId, amount, reason }) {
      const wish = { requestId, paymentId, amount: amount && moreThanNothing(amount), reason };
      return { payment: paymentMessage(await useCases.refund(wish)) };
    },
    async getPayment({ orderId }) {
      return { payment: paymentMessage(await useCases.get(orderId)) };
    },
  };
}

/** Units and nanos must agree in sign, which no rule of the contract can say of two fields; and nobody sets nothing aside. */
function moreThanNothing(amount: Money | undefined): { nanos: bigint; currency: string } {
  if (!amount || amount.units < 0n || amount.nanos < 0 || (amount.units === 0n && amount.nanos === 0))
    throw badRequest([{ field: 'amount', description: 'must be more than nothing, units and nanos of one sign' }]);
  return { nanos: nanosOf(amount), currency: amount.currencyCode };
}
