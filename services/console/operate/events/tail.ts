import type { Event } from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { WatchEventsResponse } from '#gen/tradewind/operations/v1/operations_service_pb.ts';

/** What has come of a stream, newest first, no more than can be read. */
export interface Tail {
  events: readonly Event[];
  /** Events that were not shown because they came too fast. */
  leftOut: bigint;
}

export const MOST_EVENTS = 200;

/** Gathers what a watch tells. The watch may be opened again after it was lost; what is known already does not come twice. */
export function tail() {
  let now: Tail = { events: [], leftOut: 0n };
  return async function* (watch: AsyncIterable<WatchEventsResponse>): AsyncIterable<Tail> {
    for await (const { event, leftOut } of watch) {
      const isNew = event && !now.events.some((each) => keyOf(each) === keyOf(event));
      now = {
        events: isNew ? [event, ...now.events].slice(0, MOST_EVENTS) : now.events,
        leftOut: now.leftOut + leftOut,
      };
      yield now;
    }
  };
}

export const keyOf = ({ stream, sequence }: Event): string => `${stream} ${sequence}`;
