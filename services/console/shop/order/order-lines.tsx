import { Link } from 'react-router';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { OrderAmounts, OrderLine } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { productPath } from '../../app/paths.ts';
import { ProductPicture } from '../catalogue/product-picture.tsx';
import { Price } from '../price.tsx';

interface OrderLinesProps {
  lines: OrderLine[];
  amounts: OrderAmounts | undefined;
  /** As the catalogue has them now; only their pictures are taken from there. */
  products: Product[];
}

/** What was bought, at the prices of that moment. */
export function OrderLines({ lines, amounts, products }: OrderLinesProps) {
  const known = new Map(products.map((product) => [product.id, product]));
  return (
    <section className="panel" aria-labelledby="lines-title">
      <h2 id="lines-title">What you bought</h2>
      <ul className="summary-lines">
        {lines.map(({ productId, title, quantity, amount }) => (
          <li key={productId} className="order-line">
            <ProductPicture product={known.get(productId) ?? { title, category: '', brand: '', imageUrls: [] }} />
            <span>
              {String(quantity)} × <Link to={productPath(productId)}>{title}</Link>
            </span>
            <Price amount={amount} />
          </li>
        ))}
      </ul>
      <p className="summary-row">
        <span>Delivery</span>
        <span>
          {amounts?.shipping && (amounts.shipping.units > 0n || amounts.shipping.nanos > 0) ? (
            <Price amount={amounts.shipping} />
          ) : (
            'free'
          )}
        </span>
      </p>
      <p className="summary-row summary-total">
        <span>Total</span>
        <Price amount={amounts?.total} />
      </p>
    </section>
  );
}
