import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useSearchParams } from 'react-router';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../transport/use-stream.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Missing } from '../parts/missing.tsx';
import { Moment } from '../parts/moment.tsx';
import { Drawing } from './drawing.tsx';
import { CallTable, EventTable, ServiceTable } from './map-tables.tsx';
import { ServicePanel } from './service-panel.tsx';

/** The mesh as it is now: drawn, and as tables. */
export function MapPage() {
  const operations = createClient(OperationsService, useTransport());
  const [words, setWords] = useSearchParams();
  const chosen = words.get('service') ?? '';
  const { last, error } = useStream(
    'map',
    (signal) => operations.watchServiceMap({}, { signal }),
    () => false,
  );
  const choose = (service: string) =>
    setWords(service === chosen ? {} : { service }, { replace: true, preventScrollReset: true });
  return (
    <Page title="Service map">
      <Loaded of="The map" asked={{ data: last?.map, error }}>
        {(map) => (
          <>
            <p className="hint live">
              As of <Moment of={map.time} />, renewed every two seconds. Choose a service to see its instances.
            </p>
            <Missing parts={map.missingParts} />
            <Drawing map={map} chosen={chosen} choose={choose} />
            <ServicePanel map={map} name={chosen} />
            <ServiceTable map={map} />
            <CallTable calls={map.calls} />
            <EventTable events={map.events} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
