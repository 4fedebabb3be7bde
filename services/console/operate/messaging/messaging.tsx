import { useQuery } from '@connectrpc/connect-query';
import { Link } from 'react-router';
import type { OutboxState, StreamState } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { nodePath } from '../addresses.ts';
import { bytes, seconds } from '../parts/figures.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Missing } from '../parts/missing.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';

const LOOK_AGAIN_MS = 3_000;
/** An outbox is relayed within moments; what waits longer has something in its way. */
const LATE_SECONDS = 5;

/** How events flow: what waits to be published, what is kept, how far those who want it are. */
export function Messaging() {
  const asked = useQuery(OperationsService.method.getMessaging, {}, { staleTime: 0, refetchInterval: LOOK_AGAIN_MS });
  return (
    <Page title="Messaging">
      <Loaded of="The state of messaging" asked={asked}>
        {({ outboxes, streams, missingParts }) => (
          <>
            <Missing parts={missingParts} />
            <section className="panel" aria-labelledby="outboxes-title">
              <h2 id="outboxes-title">Outboxes</h2>
              {outboxes.length === 0 ? <p className="hint">No service told of one.</p> : <Outboxes of={outboxes} />}
            </section>
            <section className="panel" aria-labelledby="consumers-title">
              <h2 id="consumers-title">Consumers</h2>
              {streams.length === 0 ? <p className="hint">No stream can be seen.</p> : <Consumers of={streams} />}
            </section>
            <section className="panel" aria-labelledby="streams-title">
              <h2 id="streams-title">Streams</h2>
              {streams.length === 0 ? <p className="hint">No stream can be seen.</p> : <Streams of={streams} />}
            </section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Outboxes({ of }: { of: readonly OutboxState[] }) {
  return (
    <Table label="Outboxes" heads={['Service', 'State', '#Waiting', '#Oldest waits', '#Published', '#Refused']}>
      {of.map(({ service, pending, oldestSeconds, published, refused }) => (
        <tr key={service}>
          <th scope="row">
            <Link to={nodePath(service)}>{service}</Link>
          </th>
          <td>{oldestSeconds > LATE_SECONDS ? <Tag tone="bad">late</Tag> : <Tag tone="good">flows</Tag>}</td>
          <td data-figure>{String(pending)}</td>
          <td data-figure>{pending > 0n ? seconds(oldestSeconds) : '–'}</td>
          <td data-figure>{String(published)}</td>
          <td data-figure>{String(refused)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Consumers({ of }: { of: readonly StreamState[] }) {
  return (
    <Table
      label="Consumers"
      heads={['Consumer', 'Reads', 'State', '#Lag', '#Unacknowledged', '#Again', '#Asking', 'Wants']}
    >
      {of.flatMap(({ name, consumers }) =>
        consumers.map((consumer) => (
          <tr key={`${name} ${consumer.name}`}>
            <th scope="row">{consumer.name}</th>
            <td>{name}</td>
            <td>
              {consumer.waitingRequests === 0n && consumer.unacknowledged === 0n ? (
                <Tag tone="bad">nobody reads</Tag>
              ) : (
                <Tag tone={consumer.lag > 0n ? 'few' : 'good'}>{consumer.lag > 0n ? 'behind' : 'up to date'}</Tag>
              )}
            </td>
            <td data-figure>{String(consumer.lag)}</td>
            <td data-figure>{String(consumer.unacknowledged)}</td>
            <td data-figure>{String(consumer.redelivered)}</td>
            <td data-figure>{String(consumer.waitingRequests)}</td>
            <td className="wide">{consumer.subjects.map((subject) => subject.split('.').at(-1)).join(', ')}</td>
          </tr>
        )),
      )}
    </Table>
  );
}

function Streams({ of }: { of: readonly StreamState[] }) {
  return (
    <Table label="Streams" heads={['Stream', '#Messages', '#Size', '#First', '#Last', 'Last came', 'Keeps']}>
      {of.map((stream) => (
        <tr key={stream.name}>
          <th scope="row">{stream.name}</th>
          <td data-figure>{String(stream.messages)}</td>
          <td data-figure>{bytes(stream.bytes)}</td>
          <td data-figure>{String(stream.firstSequence)}</td>
          <td data-figure>{String(stream.lastSequence)}</td>
          <td>
            <Moment of={stream.lastTime} />
          </td>
          <td className="wide">{stream.subjects.join(', ')}</td>
        </tr>
      ))}
    </Table>
  );
}
