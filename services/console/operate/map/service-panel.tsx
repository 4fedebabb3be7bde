import { Link } from 'react-router';
import type { DependencyHealth, ServiceMap } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { bytes, lastName, ms, percent, seconds } from '../parts/figures.ts';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';

/** One service of the map from near: its contracts, its instances and what they need. */
export function ServicePanel({ map, name }: { map: ServiceMap; name: string }) {
  const service = map.services.find((each) => each.name === name);
  if (!service) return null;
  return (
    <section className="panel" aria-labelledby="service-title" aria-live="off">
      <h2 id="service-title">{name}</h2>
      <p className="hint">
        Serves{' '}
        {service.contracts.map((contract, at) => (
          <span key={contract}>
            {at > 0 && ', '}
            <Link to={`/operate/contracts?name=${contract}`}>{lastName(contract)}</Link>
          </span>
        ))}
        . <Link to={`/operate/traces?service=${name}`}>Traces</Link>,{' '}
        <Link to={`/operate/levels?service=${name}`}>service levels</Link>,{' '}
        <Link to={`/operate/dead-letters?service=${name}`}>dead letters</Link>.
      </p>
      {service.instances.length === 0 && (
        <p>No instance answered: it is down, or cut off from the broker. What others have of it is still shown.</p>
      )}
      {service.instances.length > 0 && (
        <Table
          label={`Instances of ${name}`}
          heads={['Instance', 'State', 'Needs', 'Version', '#Runs', '#Memory', '#Core', '#Loop late', '#In flight']}
        >
          {service.instances.map((instance) => (
            <tr key={instance.id}>
              <th scope="row">{instance.id}</th>
              <td>
                <Tag tone={instance.ready ? 'good' : 'bad'}>
                  {instance.ready ? instance.phase : `not ready, ${instance.phase}`}
                </Tag>
              </td>
              <td>
                {instance.dependencies.map((each) => (
                  <Dependency key={each.name} of={each} />
                ))}
              </td>
              <td>{instance.version}</td>
              <td data-figure>{seconds(instance.uptimeSeconds)}</td>
              <td data-figure>{bytes(instance.memoryBytes)}</td>
              <td data-figure>{percent(instance.cpuShare * 100)}</td>
              <td data-figure>{ms(instance.eventLoopLagMs)}</td>
              <td data-figure>{instance.callsInFlight}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Dependency({ of: { name, up, critical, latencyMs, problem } }: { of: DependencyHealth }) {
  return (
    <div>
      <Tag tone={up ? 'good' : critical ? 'bad' : 'few'}>
        {name} {up ? ms(latencyMs) : 'away'}
      </Tag>
      {problem && <small> {problem}</small>}
    </div>
  );
}
