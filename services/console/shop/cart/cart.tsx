import { Button, Skeleton } from '@mantine/core';
import { Link } from 'react-router';
import { Page } from '../../app/page.tsx';
import { productPath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useUser } from '../../session/use-session.ts';
import { ProductPicture } from '../catalogue/product-picture.tsx';
import { Stock } from '../catalogue/stock.tsx';
import { StockNotice } from '../catalogue/stock-notice.tsx';
import { Price, sumOf } from '../price.tsx';
import { PieceCount } from './piece-count.tsx';
import { type PricedLine, usePricedCart } from './priced-cart.ts';
import { useCart } from './use-cart.ts';

/** What somebody means to buy. */
export function CartPage() {
  const cart = useCart();
  const { lines, lacksStock, error, again } = usePricedCart(cart.content);
  if (cart.error) {
    return (
      <Page title="Your cart">
        <ProblemNotice error={cart.error} of="The cart" again={cart.readAgain} />
      </Page>
    );
  }
  if (cart.isPending || (cart.content.length > 0 && !lines && !error)) return <InWaiting />;
  if (cart.content.length === 0) return <Nothing />;
  return (
    <Page title="Your cart">
      {cart.changeError ? <ProblemNotice error={cart.changeError} of="The change" /> : null}
      {error ? <ProblemNotice error={error} of="The products" again={again} /> : null}
      <StockNotice isMissing={lacksStock} />
      <div className="cart">
        <ul className="cart-lines" aria-label="Products in your cart">
          {lines?.map((line) => (
            <CartRow key={line.productId} line={line} onPut={cart.put} />
          ))}
        </ul>
        {lines && <Summary lines={lines} />}
      </div>
    </Page>
  );
}

function CartRow({ line, onPut }: { line: PricedLine; onPut(productId: string, quantity: bigint): void }) {
  const { productId, product, quantity, stock } = line;
  const title = product?.title ?? 'A product that is gone';
  const short = stock !== undefined && product !== undefined && !product.backorderable && stock.available < quantity;
  return (
    <li className="cart-row">
      {product && <ProductPicture product={product} />}
      <div className="cart-row-text">
        {product ? <Link to={productPath(productId)}>{title}</Link> : <span>{title}</span>}
        {product && <Stock product={product} stock={stock} short />}
        {short && stock.available > 0n && <span className="stock-none">Not enough for {String(quantity)}.</span>}
      </div>
      <PieceCount of={title} value={quantity} least={1n} onChange={(next) => onPut(productId, next)} />
      <Price amount={sumOf([{ price: product?.price, quantity }])} className="price cart-row-price" />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-label={`Remove ${title}`}
        onClick={() => onPut(productId, 0n)}
      >
        Remove
      </Button>
    </li>
  );
}

function Summary({ lines }: { lines: PricedLine[] }) {
  const user = useUser();
  const total = sumOf(lines.map(({ product, quantity }) => ({ price: product?.price, quantity })));
  return (
    <section className="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">Summary</h2>
      <p className="summary-row" aria-live="polite">
        <span>Products</span>
        <Price amount={total} />
      </p>
      {!total && <p>The prices are in different currencies: order those of one first, then the others.</p>}
      <Button component={Link} to="/checkout" size="md" fullWidth>
        {user ? 'Check out' : 'Sign in and check out'}
      </Button>
      <Link to="/browse">Look for more</Link>
    </section>
  );
}

function Nothing() {
  const user = useUser();
  return (
    <Page title="Your cart">
      <div className="empty">
        <p>There is nothing in it yet.</p>
        <Button component={Link} to="/browse">
          Find something
        </Button>
        {user && (
          <p>
            What you ordered is among <Link to="/orders">your orders</Link>.
          </p>
        )}
      </div>
    </Page>
  );
}

function InWaiting() {
  return (
    <Page title="Your cart">
      <div className="cart" role="status" aria-label="The cart is being fetched">
        <div className="cart-lines">
          <Skeleton height={96} />
          <Skeleton height={96} />
        </div>
        <Skeleton height={200} className="summary" />
      </div>
    </Page>
  );
}
