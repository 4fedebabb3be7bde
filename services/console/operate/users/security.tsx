import { useSearchParams } from 'react-router';
import { Page } from '../../app/page.tsx';
import { Filter, FilterChoice, FilterText } from '../parts/filter.tsx';
import { severities, severityName } from './names.ts';
import { SecurityEvents } from './security-events.tsx';

/** What happened to accounts that may have to be looked into. */
export function Security() {
  const [words] = useSearchParams();
  const severity = severities.find((each) => severityName(each) === words.get('severity'));
  return (
    <Page title="Security events">
      <Filter label="Filter security events">
        <FilterChoice
          name="severity"
          label="Severity"
          choices={[['', 'Any'], ...severities.map((each) => [severityName(each), severityName(each)] as const)]}
        />
        <FilterText name="source" label="From address" hint="192.0.2.7" />
      </Filter>
      <SecurityEvents of={{ source: words.get('source') ?? '', ...(severity && { severity }) }} />
    </Page>
  );
}
