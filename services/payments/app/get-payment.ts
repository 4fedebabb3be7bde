import { DomainError } from '#chassis/domain-error.ts';
import type { Payment } from '../domain/payment.ts';
import type { PaymentStore } from './ports.ts';

/** Reads the payment that counts for an order. */
export function getPayment({ payments }: { payments: PaymentStore }) {
  return async (orderId: string): Promise<Payment> => {
    const payment = await payments.findByOrder(orderId);
    if (!payment) throw new DomainError('PAYMENT_NOT_FOUND');
    return payment;
  };
}
