import { createClient } from '@connectrpc/connect';
import { useQuery, useTransport } from '@connectrpc/connect-query';
import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { type Product, ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { browsePath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useStream } from '../../transport/use-stream.ts';
import { atMost, piecesOf } from '../cart/cart-content.ts';
import { PieceCount } from '../cart/piece-count.tsx';
import { useCart } from '../cart/use-cart.ts';
import { Price } from '../price.tsx';
import { Alike } from './alike.tsx';
import { ProductPicture } from './product-picture.tsx';
import { Stock } from './stock.tsx';

/** One product, with its stock as it changes. */
export function ProductPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useQuery(CatalogService.method.getProduct, { productId: id });
  const product = data?.product;
  if (product) return <Shown key={product.id} product={product} />;
  return (
    <Page title={error ? 'Product' : 'One moment'}>
      {error ? <ProblemNotice error={error} of="The product" again={refetch} /> : <InWaiting />}
    </Page>
  );
}

function Shown({ product }: { product: Product }) {
  const stock = useStock(product.id);
  const facts = [
    ['Brand', product.brand],
    ['Weight', product.weightGrams > 0 ? weightText(product.weightGrams) : ''],
    ['Article', product.sku],
  ].filter(([, value]) => value !== '');
  return (
    <>
      <div className="product">
        <ProductPicture product={product} large />
        <div className="product-text">
          <nav aria-label="Category" className="crumbs">
            {product.category.split('/').map((part, index, parts) => (
              <Link key={part} to={browsePath({ category: parts.slice(0, index + 1).join('/') })}>
                {part}
              </Link>
            ))}
          </nav>
          <Page title={product.title}>
            <p className="product-price">
              <Price amount={product.price} />
              <small>tax included</small>
            </p>
            <div role="status" className="product-stock">
              {stock.error && !stock.now ? (
                'How many are in stock is not known at the moment.'
              ) : (
                <Stock product={product} stock={stock.now} />
              )}
            </div>
            <IntoCart product={product} stock={stock.now} />
            <p className="description">{product.description}</p>
            <dl className="facts">
              {facts.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </Page>
        </div>
      </div>
      <section className="reviews" aria-labelledby="reviews-title">
        <h2 id="reviews-title">Reviews</h2>
        <p className="lead">There are none yet: this shop does not take reviews so far.</p>
      </section>
      <Alike product={product} />
    </>
  );
}

/** Stock as it is, then each change. */
function useStock(productId: string): { now: Availability | undefined; error: unknown } {
  const inventory = createClient(InventoryService, useTransport());
  const { last, error } = useStream(
    productId,
    (signal) => inventory.watchStock({ productIds: [productId] }, { signal }),
    () => false,
  );
  return { now: last?.availability, error };
}

function IntoCart({ product, stock }: { product: Product; stock: Availability | undefined }) {
  const cart = useCart();
  const [pieces, setPieces] = useState(1n);
  const [added, setAdded] = useState(0n);
  if (product.state !== ProductState.PUBLISHED) return <p className="stock-none">This product is no longer sold.</p>;
  const there = piecesOf(cart.content, product.id);
  const isGone = stock?.available === 0n && !product.backorderable;
  const add = () => {
    const next = there + pieces;
    cart.put(product.id, atMost(next));
    setAdded(pieces);
  };
  return (
    <>
      <div className="into-cart">
        <PieceCount of={product.title} value={pieces} least={1n} onChange={setPieces} />
        <Button size="md" onClick={add} disabled={isGone || cart.isPending}>
          {isGone ? 'Sold out' : 'Add to cart'}
        </Button>
      </div>
      <div role="status" className="added">
        {added > 0n && there > 0n && !cart.changeError && (
          <>
            {String(there)} in your <Link to="/cart">cart</Link>
          </>
        )}
      </div>
      {cart.changeError ? <ProblemNotice error={cart.changeError} of="The cart" again={add} /> : null}
    </>
  );
}

const weightText = (grams: number) => (grams < 1000 ? `${grams} g` : `${grams / 1000} kg`);

function InWaiting() {
  return (
    <div className="product" role="status" aria-label="The product is being fetched">
      <Skeleton className="picture picture-large" />
      <div className="product-text">
        <Skeleton height={40} />
        <Skeleton height={30} width="40%" />
        <Skeleton height={120} />
      </div>
    </div>
  );
}
