import { Link } from 'react-router';
import type { CallEdge, EventEdge, ServiceMap } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { nodePath } from '../addresses.ts';
import { ms, rate } from '../parts/figures.ts';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { circuitOf, stateOf } from './states.ts';

export function ServiceTable({ map: { services } }: { map: ServiceMap }) {
  return (
    <div className="panel">
      <h2>Services</h2>
      <Table label="Services" heads={['Service', 'State', '#Calls', '#Errors', '#p50', '#p95']}>
        {services.map((service) => {
          const { tone, word } = stateOf(service);
          return (
            <tr key={service.name}>
              <th scope="row">
                <Link to={nodePath(service.name)}>{service.name}</Link>
              </th>
              <td>
                <Tag tone={tone}>{word}</Tag>
              </td>
              <td data-figure>{rate(service.callsPerSecond)}</td>
              <td data-figure>{rate(service.errorsPerSecond)}</td>
              <td data-figure>{ms(service.p50Ms)}</td>
              <td data-figure>{ms(service.p95Ms)}</td>
            </tr>
          );
        })}
      </Table>
    </div>
  );
}

export function CallTable({ calls }: { calls: readonly CallEdge[] }) {
  return (
    <div className="panel">
      <h2>Calls</h2>
      {calls.length === 0 && <p className="hint">Nobody called anybody yet.</p>}
      {calls.length > 0 && (
        <Table label="Calls" heads={['From', 'To', '#Calls', '#Errors', '#p50', '#p95', 'Circuit']}>
          {calls.map((edge) => (
            <tr key={`${edge.caller} ${edge.callee}`}>
              <td>{edge.caller}</td>
              <td>{edge.callee}</td>
              <td data-figure>{rate(edge.callsPerSecond)}</td>
              <td data-figure>{rate(edge.errorsPerSecond)}</td>
              <td data-figure>{ms(edge.p50Ms)}</td>
              <td data-figure>{ms(edge.p95Ms)}</td>
              <td>
                <Tag tone={circuitOf(edge).tone}>{circuitOf(edge).word}</Tag>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}

export function EventTable({ events }: { events: readonly EventEdge[] }) {
  return (
    <div className="panel">
      <h2>Events on their way</h2>
      {events.length === 0 && <p className="hint">It is not known who hears of whose events.</p>}
      {events.length > 0 && (
        <Table
          label="Events on their way"
          heads={['From', 'To', 'Consumers', '#Handled', '#Waiting', '#Unacknowledged']}
        >
          {events.map(({ producer, consumer, durables, lag, unacknowledged, eventsPerSecond }) => (
            <tr key={`${producer} ${consumer}`}>
              <td>{producer}</td>
              <td>{consumer}</td>
              <td>{durables.join(', ')}</td>
              <td data-figure>{rate(eventsPerSecond)}</td>
              <td data-figure>{String(lag)}</td>
              <td data-figure>{String(unacknowledged)}</td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}
