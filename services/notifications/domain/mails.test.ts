import { describe, expect, it } from 'vitest';
import { wordsOf } from './mails.ts';
import { type Kind, kinds, type Notification } from './notification.ts';

function notification(kind: Kind, facts: Notification['facts'] = {}): Notification {
  const orderId = '01890000-0000-7000-8000-0000deadbeef';
  return {
    id: 'n',
    userId: 'u',
    orderId,
    kind,
    state: 'PENDING',
    facts,
    attempts: 0,
    createTime: new Date(0),
    sendTime: undefined,
  };
}

const ada = { email: 'ada@example.com', displayName: 'Ada' };

describe('mails', () => {
  it.each(kinds)('%s greets the person and names the order', (kind) => {
    const { subject, text } = wordsOf(notification(kind), ada);
    expect(subject).toContain('DEADBEEF');
    expect(text).toMatch(/^Hello Ada,\n/);
  });

  it('lists what was bought and what it cost', () => {
    const lines = [{ title: 'Compass', quantity: '2' }];
    const { text } = wordsOf(notification('ORDER_CONFIRMED', { lines, total: '12.50 EUR' }), ada);
    expect(text).toContain('2 x Compass\nTotal: 12.50 EUR');
  });

  it('tells whether money comes back', () => {
    const told = (refunded: boolean) =>
      wordsOf(notification('ORDER_CANCELLED', { reason: 'PAYMENT_DECLINED', refunded }), ada).text;
    expect(told(true)).toContain('on its way back');
    expect(told(false)).toContain('Your payment was declined.');
    expect(told(false)).toContain('not charged');
  });
});
