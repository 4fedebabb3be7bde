import { Skeleton } from '@mantine/core';
import type { PricedLine } from '../cart/priced-cart.ts';
import { Price, sumOf } from '../price.tsx';

/** What is bought and what it costs, as the catalogue has it now; the order says what it really costs. */
export function CheckoutSummary({ lines }: { lines: PricedLine[] | undefined }) {
  if (!lines) return <Skeleton height={140} />;
  const total = sumOf(lines.map(({ product, quantity }) => ({ price: product?.price, quantity })));
  return (
    <>
      <ul className="summary-lines">
        {lines.map(({ productId, product, quantity }) => (
          <li key={productId} className="summary-row">
            <span>
              {String(quantity)} × {product?.title ?? 'a product that is gone'}
            </span>
            <Price amount={sumOf([{ price: product?.price, quantity }])} />
          </li>
        ))}
      </ul>
      <p className="summary-row">
        <span>Delivery</span>
        <span>free</span>
      </p>
      <p className="summary-row summary-total">
        <span>Total</span>
        <Price amount={total} />
      </p>
    </>
  );
}
