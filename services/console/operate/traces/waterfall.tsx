import { type Span, SpanKind } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { Facts } from '../parts/facts.tsx';
import { lastName, ms } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import { Opened } from '../parts/opened.tsx';
import { treeOf } from './tree.ts';

const KINDS: Readonly<Record<SpanKind, string>> = {
  [SpanKind.UNSPECIFIED]: '',
  [SpanKind.INTERNAL]: 'inside',
  [SpanKind.SERVER]: 'answers',
  [SpanKind.CLIENT]: 'calls',
  [SpanKind.PRODUCER]: 'publishes',
  [SpanKind.CONSUMER]: 'handles',
};

/** The deepest that spans are set in; below, there would be no room for names. */
const MOST_STEPS = 10;

/** Spans under each other, each as a bar where it was in time. Opened, a span tells all that is known of it. */
export function Waterfall({ spans }: { spans: readonly Span[] }) {
  const { placed, totalMs } = treeOf(spans);
  const services = [...new Set(spans.map(({ service }) => service))];
  return (
    <section aria-label="Spans">
      <p className="waterfall-scale" aria-hidden="true">
        <span>0</span>
        <span>{ms(totalMs / 2)}</span>
        <span>{ms(totalMs)}</span>
      </p>
      <ol className="waterfall">
        {placed.map(({ span, depth, start, length }) => (
          <li key={span.spanId} data-failed={span.failed || undefined}>
            <Opened
              line={
                <>
                  <span className="span-name" style={{ paddingLeft: `${Math.min(depth, MOST_STEPS) * 0.7}rem` }}>
                    <small>{span.service}</small> {lastName(span.name)}
                    {span.failed && <strong className="failed"> failed</strong>}
                  </span>
                  <span className="span-track">
                    <span
                      className="span-bar"
                      data-colour={services.indexOf(span.service) % 8}
                      style={{ left: `${start * 100}%`, width: `max(3px, ${length * 100}%)` }}
                    />
                  </span>
                  <span className="span-took">{ms(span.durationMs)}</span>
                </>
              }
            >
              {() => (
                <>
                  <Facts
                    of={[
                      ['Name', span.name],
                      ['Kind', KINDS[span.kind]],
                      ['Service', `${span.service} ${span.version}`],
                      ['Errors', span.errors.join('\n')],
                    ]}
                  />
                  <Json label="Attributes" text={JSON.stringify(span.attributes)} />
                </>
              )}
            </Opened>
          </li>
        ))}
      </ol>
    </section>
  );
}
