import { useQuery } from '@connectrpc/connect-query';
import { useDebouncedValue } from '@mantine/hooks';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { problemOf } from '../../transport/problem.ts';
import type { PricedLine } from '../cart/priced-cart.ts';
import { priceText } from '../price.tsx';
import { type AddressInput, isComplete } from './address-form.tsx';

const TYPING_MS = 500;

/** How long the parcel will take and what it would cost; the shop pays for it. */
export function Delivery({ address, lines }: { address: AddressInput; lines: PricedLine[] | undefined }) {
  const [settled] = useDebouncedValue(address, TYPING_MS);
  const weightGrams = (lines ?? []).reduce(
    (sum, { product, quantity }) => sum + BigInt(product?.weightGrams ?? 0) * quantity,
    0n,
  );
  const currencyCode = lines?.find(({ product }) => product?.price)?.product?.price?.currencyCode ?? 'EUR';
  const isFilled = isComplete(address);
  const isAsked = isFilled && lines !== undefined && isComplete(settled);
  const { data, error } = useQuery(
    ShippingService.method.quoteShipping,
    { address: settled, weightGrams, currencyCode },
    { enabled: isAsked, placeholderData: (before) => before, retry: 1 },
  );
  const standard = data?.quotes[0];
  return (
    <section className="panel" aria-labelledby="delivery-title">
      <h2 id="delivery-title">Delivery</h2>
      <p role="status" className="delivery">
        {!isFilled && 'Fill in the address to see how long it takes.'}
        {isFilled && !standard && (error ? told(error) : 'Looking up delivery …')}
        {isFilled && standard?.price && (
          <>
            {daysText(standard.minDays, standard.maxDays)}. Free of charge: the {priceText(standard.price)} it costs are
            on us.
          </>
        )}
      </p>
    </section>
  );
}

const daysText = (least: number, most: number) =>
  least === most ? `${most} working days` : `${least} to ${most} working days`;

function told(error: unknown): string {
  const { title, advice, passes } = problemOf(error);
  return passes ? 'How long it takes cannot be told at the moment; you can order all the same.' : `${title}. ${advice}`;
}
