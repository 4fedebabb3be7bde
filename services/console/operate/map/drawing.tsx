import type { ServiceMap, ServiceNode } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { ms, rate } from '../parts/figures.ts';
import './map.css';
import { HEIGHT, type Point, placesOf, type Way, WIDTH, wayBetween } from './layout.ts';
import { stateOf, toneOfCalls } from './states.ts';

interface DrawingProps {
  map: ServiceMap;
  chosen: string;
  choose: (service: string) => void;
}

/** Services with the lines of calls and events between them. The tables of the page say the same to those who do not see it. */
export function Drawing({ map, chosen, choose }: DrawingProps) {
  const places = placesOf(map.services.map(({ name }) => name));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="map-scroller" aria-label="Map" tabIndex={0}>
      <div className="map" data-chosen={chosen !== '' || undefined}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summaryOf(map)}>
          <defs>
            <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" orient="auto">
              <path d="M0 0 10 5 0 10z" fill="context-stroke" />
            </marker>
          </defs>
          {map.events.map((edge) => (
            <Line
              key={`${edge.producer} ${edge.consumer}`}
              way={between(places, edge.producer, edge.consumer, 44)}
              kind="events"
              tone={edge.lag > 0n ? 'few' : 'plain'}
              isNear={[edge.producer, edge.consumer].includes(chosen)}
              isIdle={edge.eventsPerSecond === 0 && edge.lag === 0n}
              word={edge.lag > 0n ? `${edge.lag} wait` : rate(edge.eventsPerSecond)}
            />
          ))}
          {map.calls.map((edge) => (
            <Line
              key={`${edge.caller} ${edge.callee}`}
              way={between(places, edge.caller, edge.callee, 16)}
              kind="calls"
              tone={toneOfCalls(edge)}
              isNear={[edge.caller, edge.callee].includes(chosen)}
              isIdle={edge.callsPerSecond === 0}
              word={`${rate(edge.callsPerSecond)} · ${ms(edge.p95Ms)}`}
            />
          ))}
        </svg>
        {map.services.map((service) => (
          <Node
            key={service.name}
            service={service}
            place={places.get(service.name)}
            isChosen={service.name === chosen}
            choose={() => choose(service.name)}
          />
        ))}
      </div>
      <p className="hint map-key">
        <span data-kind="calls">calls: rate and p95</span>
        <span data-kind="events">events</span>
        <span data-tone="bad">errors or an open circuit</span>
      </p>
    </section>
  );
}

interface LineProps {
  way: Way | undefined;
  kind: 'calls' | 'events';
  tone: string;
  isNear: boolean;
  isIdle: boolean;
  word: string;
}

function Line({ way, kind, tone, isNear, isIdle, word }: LineProps) {
  if (!way) return null;
  return (
    <g
      className="line"
      data-kind={kind}
      data-tone={tone}
      data-near={isNear || undefined}
      data-idle={isIdle || undefined}
    >
      <path d={way.path} markerEnd="url(#arrow)" />
      {!isIdle && (
        <text x={way.middle.x} y={way.middle.y} textAnchor="middle" dominantBaseline="middle">
          {word}
        </text>
      )}
    </g>
  );
}

interface NodeProps {
  service: ServiceNode;
  place: Point | undefined;
  isChosen: boolean;
  choose: () => void;
}

function Node({ service, place, isChosen, choose }: NodeProps) {
  if (!place) return null;
  const { tone, word } = stateOf(service);
  return (
    <button
      type="button"
      className="node"
      data-tone={tone}
      aria-pressed={isChosen}
      onClick={choose}
      style={{ left: `${(place.x / WIDTH) * 100}%`, top: `${(place.y / HEIGHT) * 100}%` }}
    >
      <strong>{service.name}</strong>
      <span className="node-state">{word}</span>
      <span className="node-figures">
        {rate(service.callsPerSecond)} · {ms(service.p95Ms)}
        {service.errorsPerSecond > 0 && <em> · {rate(service.errorsPerSecond)} failing</em>}
      </span>
    </button>
  );
}

function between(places: ReadonlyMap<string, Point>, from: string, to: string, aside: number): Way | undefined {
  const [start, end] = [places.get(from), places.get(to)];
  return start && end && from !== to ? wayBetween(start, end, aside) : undefined;
}

function summaryOf({ services, calls, events }: ServiceMap): string {
  const down = services.filter(({ instances }) => instances.length === 0).map(({ name }) => name);
  const missing = down.length > 0 ? `; no answer from ${down.join(', ')}` : '';
  return `${services.length} services, ${calls.length} ways of calls and ${events.length} of events${missing}. The tables below say the same.`;
}
