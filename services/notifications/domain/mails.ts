import type { Facts, Kind, Notification, Recipient } from './notification.ts';

/** What a mail says. */
export interface Words {
  subject: string;
  text: string;
}

interface Template {
  /** `order` is the short name of the order that people see. */
  subject(order: string): string;
  body(facts: Facts): string[];
}

const reasons: Record<string, string> = {
  OUT_OF_STOCK: 'Something you ordered is no longer in stock.',
  PAYMENT_DECLINED: 'Your payment was declined.',
  PAYMENT_UNAVAILABLE: 'Your payment could not be taken in time.',
  CUSTOMER_REQUEST: 'You asked us to cancel it.',
  RESERVATION_EXPIRED: 'The goods could not be held for you any longer.',
};

const lineList = (facts: Facts) => (facts.lines ?? []).map(({ title, quantity }) => `  ${quantity} x ${title}`);

/** Every mail there is. */
const templates: Record<Kind, Template> = {
  ORDER_CONFIRMED: {
    subject: (order) => `Your order ${order} is confirmed`,
    body: (facts) => [
      'Thank you. Your order is confirmed:',
      ...lineList(facts),
      ...(facts.total ? [`Total: ${facts.total}`] : []),
    ],
  },
  ORDER_BACKORDERED: {
    subject: (order) => `Your order ${order} waits for stock`,
    body: () => ['Something you ordered is not in stock yet. We confirm your order as soon as it arrives.'],
  },
  ORDER_SHIPPED: {
    subject: (order) => `Your order ${order} is on its way`,
    body: (facts) => [
      'Your order is with the carrier.',
      ...(facts.trackingNumber ? [`Tracking number: ${facts.trackingNumber}`] : []),
    ],
  },
  ORDER_DELIVERED: {
    subject: (order) => `Your order ${order} has arrived`,
    body: () => ['Your order was delivered. We hope you like it.'],
  },
  ORDER_CANCELLED: {
    subject: (order) => `Your order ${order} was cancelled`,
    body: (facts) => [
      ['Your order was cancelled.', reasons[facts.reason ?? '']].filter(Boolean).join(' '),
      facts.refunded ? 'What you paid is on its way back to you.' : 'You were not charged.',
    ],
  },
};

/** The subject line of a notification. */
export function subjectOf({ kind, orderId }: Pick<Notification, 'kind' | 'orderId'>): string {
  return templates[kind].subject(shortName(orderId));
}

/** The words of a notification to its recipient. */
export function wordsOf(notification: Notification, { displayName }: Recipient): Words {
  const { kind, facts } = notification;
  const greeting = displayName ? `Hello ${displayName},` : 'Hello,';
  const text = [greeting, '', ...templates[kind].body(facts), '', 'Tradewind', ''].join('\n');
  return { subject: subjectOf(notification), text };
}

/** The random end of an order's id: short, and different for orders of one moment. */
function shortName(orderId: string): string {
  return orderId.slice(-8).toUpperCase();
}
