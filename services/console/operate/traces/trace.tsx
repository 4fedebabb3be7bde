import { useQuery } from '@connectrpc/connect-query';
import { useParams } from 'react-router';
import type { Span } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { Facts } from '../parts/facts.tsx';
import { lastName, ms } from '../parts/figures.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Tag } from '../parts/tag.tsx';
import { Waterfall } from './waterfall.tsx';

/** One trace: who worked when, and within what. */
export function TracePage() {
  const { id = '' } = useParams();
  const asked = useQuery(OperationsService.method.getTrace, { traceId: id }, { staleTime: 5_000 });
  return (
    <Page title={`Trace ${id.slice(0, 8)}`}>
      <Loaded of="The trace" asked={asked}>
        {({ summary, spans }) => (
          <>
            {summary && (
              <div className="panel">
                <Facts
                  of={[
                    ['Name', lastName(summary.name)],
                    ['Began', <Moment key="began" of={summary.startTime} />],
                    ['Answered after', ms(summary.durationMs)],
                    ['Spans', String(summary.spans)],
                    [
                      'Failed',
                      summary.errors > 0 && (
                        <Tag key="failed" tone="bad">
                          {summary.errors}
                        </Tag>
                      ),
                    ],
                    ['Through', summary.services.join(', ')],
                    ['Id', id],
                  ]}
                />
              </div>
            )}
            <Waterfall spans={spans as readonly Span[]} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
