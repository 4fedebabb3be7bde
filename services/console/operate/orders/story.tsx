import { useQuery } from '@connectrpc/connect-query';
import { Chip } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { OrderStory } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { orderPath } from '../../app/paths.ts';
import { eventsPath, tracePath } from '../addresses.ts';
import { Facts } from '../parts/facts.tsx';
import { numberOf } from '../parts/figures.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Missing } from '../parts/missing.tsx';
import { Tag } from '../parts/tag.tsx';
import { KINDS, type Kind, kindOf } from './kinds.ts';
import { Timeline } from './timeline.tsx';

const LOOK_AGAIN_MS = 3_000;
const ENDED = new Set(['DELIVERED', 'CANCELLED']);

/** One order's whole story: what every part of the mesh knows of it, on one line of time. */
export function StoryPage() {
  const { id = '' } = useParams();
  const asked = useQuery(
    OperationsService.method.getOrderStory,
    { orderId: id },
    {
      staleTime: 0,
      refetchInterval: ({ state: { data } }) => (ENDED.has(data?.story?.state ?? '') ? false : LOOK_AGAIN_MS),
    },
  );
  return (
    <Page title={`Story of order ${numberOf(id)}`}>
      <Loaded of="The story" asked={{ ...asked, data: asked.data?.story }}>
        {(story) => <Told story={story} />}
      </Loaded>
    </Page>
  );
}

function Told({ story }: { story: OrderStory }) {
  const [shown, setShown] = useState<Kind[]>(['history', 'saga', 'event', 'mail', 'rpc']);
  const entries = story.entries.filter((entry) => shown.includes(kindOf(entry)));
  return (
    <>
      <div className="panel">
        <Facts
          of={[
            ['State', <Tag key="state">{story.state}</Tag>],
            [
              'Order',
              <Link key="order" to={orderPath(story.orderId)}>
                {story.orderId}
              </Link>,
            ],
            [
              'Events',
              <Link key="events" to={eventsPath({ aggregate: story.orderId })}>
                about it
              </Link>,
            ],
            ['Traces', story.traceIds.length > 0 && <TraceLinks key="traces" ids={story.traceIds} />],
          ]}
        />
      </div>
      <Missing parts={story.missingParts} />
      <Chip.Group multiple value={shown} onChange={(chosen) => setShown(chosen as Kind[])}>
        <fieldset className="chips">
          <legend className="unseen">Show</legend>
          {Object.entries(KINDS).map(([kind, name]) => (
            <Chip key={kind} value={kind} size="sm" variant="outline">
              {name} {story.entries.filter((entry) => kindOf(entry) === kind).length}
            </Chip>
          ))}
        </fieldset>
      </Chip.Group>
      <Timeline entries={entries} />
    </>
  );
}

function TraceLinks({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {ids.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link to={tracePath(id)}>{id.slice(0, 8)}</Link>
        </span>
      ))}
    </>
  );
}
