import type { Invariant, Violation } from '../invariant.ts';
import { keptMails, mailIdOf } from '../mails.ts';

/** The kinds of mail by the fact of an order that asks for each. */
const KINDS = {
  OrderConfirmed: 'ORDER_CONFIRMED',
  OrderBackordered: 'ORDER_BACKORDERED',
  OrderShipped: 'ORDER_SHIPPED',
  OrderDelivered: 'ORDER_DELIVERED',
  OrderCancelled: 'ORDER_CANCELLED',
} as const;

interface Message {
  id: string;
  order_id: string;
  kind: string;
  state: string;
}

/** Compares what happened to orders with the messages of notifications, and these with the mails that arrived. */
export const oneMailPerKind: Invariant = {
  claim: 'Each order has one e-mail for each kind of thing that happened to it',
  async look(mesh) {
    const messages = await mesh.read(
      'notifications',
      (sql) => sql<Message[]>`select id, order_id, kind, state from notification`,
    );
    const facts = await mesh.read(
      'orders',
      (sql) => sql<{ order_id: string; type: keyof typeof KINDS }[]>`
        select distinct order_id, type from order_event where type = any(${Object.keys(KINDS)})`,
    );
    const wanted = new Set(facts.map(({ order_id, type }) => keyOf(order_id, KINDS[type])));
    const found = Map.groupBy(messages, ({ order_id, kind }) => keyOf(order_id, kind));
    return {
      checked: wanted.size,
      violations: [
        ...[...wanted].filter((key) => !found.has(key)).map((key) => ({ about: key, problem: 'was never written' })),
        ...[...found].flatMap(([key, group]) => violationsOf(key, group, wanted)),
        ...(mesh.mailUrl ? mailViolations(messages, await keptMails(mesh.mailUrl)) : []),
      ],
    };
  },
};

const keyOf = (orderId: string, kind: string) => `mail ${kind} of order ${orderId}`;

function violationsOf(about: string, messages: Message[], wanted: Set<string>): Violation[] {
  if (!wanted.has(about)) return [{ about, problem: 'tells of what never happened' }];
  if (messages.length === 1) return [];
  return [{ about, problem: `was written ${messages.length} times: ${messages.map(({ id }) => id).join(', ')}` }];
}

/** A mail that was sent twice has one Message-ID, and a mailbox shows it once; so does the mail server asked here. */
function mailViolations(messages: Message[], mails: { id: string; to: string; subject: string }[]): Violation[] {
  const messageOf = new Map(messages.map((message) => [mailIdOf(message.id), message]));
  const arrived = new Set(mails.map(({ id }) => id));
  const missing = [...messageOf].filter(([mailId, { state }]) => state === 'SENT' && !arrived.has(mailId));
  const strangers = mails.filter(({ id }) => !messageOf.has(id));
  const repeated = [...Map.groupBy(mails, ({ to, subject }) => `${to}: ${subject}`)].filter(
    ([, same]) => same.length > 1,
  );
  return [
    ...missing.map(([, { id, order_id, kind }]) => ({
      about: keyOf(order_id, kind),
      problem: `was sent as ${id} and never arrived`,
    })),
    ...strangers.map(({ id, to, subject }) => ({
      about: `mail ${id}`,
      problem: `to ${to} (${subject}) was sent by nobody`,
    })),
    ...repeated.map(([mail, same]) => ({ about: `mail to ${mail}`, problem: `arrived ${same.length} times` })),
  ];
}
