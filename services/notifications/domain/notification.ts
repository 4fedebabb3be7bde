/** The names of kinds and states are those of the contract without their prefix. */
export const kinds = [
  'ORDER_CONFIRMED',
  'ORDER_BACKORDERED',
  'ORDER_SHIPPED',
  'ORDER_DELIVERED',
  'ORDER_CANCELLED',
] as const;

export type Kind = (typeof kinds)[number];

export type State = 'PENDING' | 'SENT' | 'FAILED' | 'SUPPRESSED';

/** What a mail tells of an order, as its event told it. */
export interface Facts {
  lines?: { title: string; quantity: string }[];
  total?: string;
  trackingNumber?: string;
  reason?: string;
  refunded?: boolean;
}

/** One message to one person about one order. */
export interface Notification {
  id: string;
  userId: string;
  orderId: string;
  kind: Kind;
  state: State;
  facts: Facts;
  attempts: number;
  createTime: Date;
  sendTime: Date | undefined;
}

/** Whom to write to. */
export interface Recipient {
  email: string;
  displayName: string;
}

/** Whether a person may do without a kind. What concerns their money is always sent. */
export function isMutable(kind: Kind): boolean {
  return kind !== 'ORDER_CONFIRMED' && kind !== 'ORDER_CANCELLED';
}
