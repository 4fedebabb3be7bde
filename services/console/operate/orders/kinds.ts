import { SpanKind, type StoryEntry } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** What an entry of a story is about. */
export type Kind = 'history' | 'saga' | 'event' | 'mail' | 'rpc' | 'span';

export const KINDS: Readonly<Record<Kind, string>> = {
  history: 'Order',
  saga: 'Saga',
  event: 'Event',
  mail: 'Mail',
  rpc: 'RPC',
  span: 'Span',
};

/** Calls are told apart from the other spans by where they are answered. */
export function kindOf({ detail }: StoryEntry): Kind {
  if (detail.case !== 'span') return detail.case ?? 'history';
  return detail.value.span?.kind === SpanKind.SERVER ? 'rpc' : 'span';
}
