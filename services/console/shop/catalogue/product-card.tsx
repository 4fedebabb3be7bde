import { Link } from 'react-router';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { productPath } from '../../app/paths.ts';
import { Price } from '../price.tsx';
import { ProductPicture } from './product-picture.tsx';
import { Stock } from './stock.tsx';

interface ProductCardProps {
  product: Product;
  /** What is there of it; unset while it is not known. */
  stock: Availability | undefined;
}

/** A product among others. */
export function ProductCard({ product, stock }: ProductCardProps) {
  return (
    <li className="card">
      <ProductPicture product={product} />
      <div className="card-text">
        <span className="brand-name">{product.brand}</span>
        <Link to={productPath(product.id)} className="card-title">
          {product.title}
        </Link>
        <div className="card-foot">
          <Price amount={product.price} />
          <Stock product={product} stock={stock} short />
        </div>
      </div>
    </li>
  );
}
