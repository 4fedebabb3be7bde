/** Keeps the spans that came last, by trace. */

/** A span as it is kept. Times in milliseconds, the beginning since the epoch. */
export interface KeptSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  service: string;
  version: string;
  name: string;
  /** As OTLP numbers kinds, which is as our contract does. */
  kind: number;
  startMs: number;
  durationMs: number;
  failed: boolean;
  attributes: Record<string, string>;
  errors: string[];
}

export interface SpanStore {
  add(spans: readonly KeptSpan[]): void;
  /** Those of one trace, by their beginning. */
  trace(traceId: string): KeptSpan[];
  /** Every trace, the one heard of last first. */
  traces(): Iterable<readonly KeptSpan[]>;
  readonly size: number;
  /** When the oldest that is kept began; undefined when none is. */
  readonly oldestMs: number | undefined;
  /** When spans came last; undefined when they never did. */
  readonly lastHeardMs: number | undefined;
}

/** Keeps `most` spans; older ones go first. */
export function spanStore(most: number): SpanStore {
  const byTrace = new Map<string, KeptSpan[]>();
  let inOrder: KeptSpan[] = [];
  /** How many at the front of `inOrder` are gone: it is cut now and then, because each cut moves all the others. */
  let gone = 0;
  let lastHeardMs: number | undefined;

  function forgetOldest(): void {
    const oldest = inOrder[gone];
    gone += 1;
    if (!oldest) return;
    const left = byTrace.get(oldest.traceId);
    left?.splice(left.indexOf(oldest), 1);
    if (left?.length === 0) byTrace.delete(oldest.traceId);
    if (gone < most) return;
    inOrder = inOrder.slice(gone);
    gone = 0;
  }

  return {
    add(spans) {
      lastHeardMs = Date.now();
      for (const span of spans) {
        const siblings = byTrace.get(span.traceId) ?? [];
        // Put last, so that traces are in the order in which they were heard of.
        byTrace.delete(span.traceId);
        byTrace.set(span.traceId, siblings);
        siblings.push(span);
        inOrder.push(span);
        if (inOrder.length - gone > most) forgetOldest();
      }
    },
    trace: (traceId) => (byTrace.get(traceId) ?? []).toSorted((a, b) => a.startMs - b.startMs),
    traces: () => [...byTrace.values()].reverse(),
    get size() {
      return inOrder.length - gone;
    },
    get oldestMs() {
      return inOrder[gone]?.startMs;
    },
    get lastHeardMs() {
      return lastHeardMs;
    },
  };
}
