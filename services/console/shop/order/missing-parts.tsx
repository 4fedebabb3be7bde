import { Alert } from '@mantine/core';
import type { OrderPage } from '#gen/tradewind/gateway/v1/gateway_pb.ts';

const NAMES: Readonly<Record<string, string>> = {
  customer: 'your name',
  products: 'the products as they are now',
  shipment: 'the parcel',
  payment: 'the payment',
};

/** Says which parts of the page could not be had; the rest is shown. */
export function MissingParts({ page, error }: { page: OrderPage | undefined; error: unknown }) {
  const missing = page?.missingParts.map(({ part }) => NAMES[part] ?? part) ?? [];
  if (missing.length === 0 && !error) return null;
  return (
    <Alert color="yellow" variant="light" role="status" title="Not all of this page can be shown" className="notice">
      {error ? 'The parcel and the payment' : list(missing)} cannot be reached at the moment. Your order is not
      affected; look again in a minute.
    </Alert>
  );
}

function list(names: string[]): string {
  const text = new Intl.ListFormat('en').format(names);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
