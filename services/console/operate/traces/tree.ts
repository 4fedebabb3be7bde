import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Span } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** A span where it stands in its trace. */
export interface Placed {
  span: Span;
  depth: number;
  /** Its beginning and its length as shares of the whole. */
  start: number;
  length: number;
}

/** Each span after what it is part of, with how deep it is and which part of the whole it took. A span whose parent is not kept stands first of its own. */
export function treeOf(spans: readonly Span[]): { placed: Placed[]; totalMs: number } {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) => (known.has(parentSpanId) ? parentSpanId : ''));
  const begin = Math.min(...spans.map(startOf));
  const end = Math.max(...spans.map((span) => startOf(span) + span.durationMs));
  const totalMs = Math.max(end - begin, 0.001);
  const placed: Placed[] = [];
  const place = (parent: string, depth: number) => {
    for (const span of (children.get(parent) ?? []).toSorted((a, b) => startOf(a) - startOf(b))) {
      placed.push({ span, depth, start: (startOf(span) - begin) / totalMs, length: span.durationMs / totalMs });
      place(span.spanId, depth + 1);
    }
  };
  place('', 0);
  return { placed, totalMs };
}

/** With microseconds, which a timestamp of JavaScript has not. */
function startOf({ startTime }: Span): number {
  return startTime ? timestampMs(startTime) + (startTime.nanos % 1_000_000) / 1e6 : 0;
}
