import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';

/** From here on "in stock" says enough. */
const PLENTY = 10n;

interface StockProps {
  product: Pick<Product, 'backorderable'>;
  stock: Availability | undefined;
  /** Only a few words, for a list. */
  short?: boolean;
}

/** How much of a product can be had. Nothing while that is not known, so that nobody is told what may be wrong. */
export function Stock({ product, stock, short = false }: StockProps) {
  if (stock === undefined) return <span className="stock" />;
  const { available } = stock;
  if (available > PLENTY) return <span className="stock stock-good">In stock</span>;
  if (available > 0n)
    return <span className="stock stock-few">{short ? `${available} left` : `Only ${available} left`}</span>;
  if (!product.backorderable) return <span className="stock stock-none">Sold out</span>;
  return (
    <span className="stock stock-few">
      {short ? 'Made to order' : 'None in stock: order it now, and it is sent as soon as it arrives'}
    </span>
  );
}
