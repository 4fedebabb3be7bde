import { Page } from '../app/page.tsx';

/** Where operators begin. */
export function Operate() {
  return (
    <Page title="Operate">
      <p>
        The state of each process is at <a href="/health/ready">/health/ready</a>, its figures at{' '}
        <a href="/metrics">/metrics</a>. Everything else is on the command line: <code>npx tradewind --help</code>.
      </p>
    </Page>
  );
}
