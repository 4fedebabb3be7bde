import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import type { Kept } from '../../session/kept-session.ts';
import { useUser } from '../../session/use-session.ts';
import { problemOf } from '../../transport/problem.ts';
import { usePricedCart } from '../cart/priced-cart.ts';
import { useCart } from '../cart/use-cart.ts';
import { AddressForm, type AddressInput, emptyAddress } from './address-form.tsx';
import { CardChoice } from './card-choice.tsx';
import { CheckoutSummary } from './checkout-summary.tsx';
import { Delivery } from './delivery.tsx';
import { keepAddress, keptAddress } from './kept-address.ts';
import type { TestCard } from './test-cards.ts';
import { usePlaceOrder } from './use-place-order.ts';

/** Where the cart becomes an order. */
export function Checkout() {
  const user = useUser();
  const cart = useCart();
  const placing = usePlaceOrder();
  // While an attempt is open its lines stand, whatever became of the cart: the order may have been taken and the answer lost.
  const content = placing.lines ?? cart.content;
  const { lines, error, again } = usePricedCart(content);
  const [address, setAddress] = useState(() => firstAddress(user));
  const [card, setCard] = useState<TestCard>('tok_visa');
  if (cart.error && !placing.lines) return <Failed error={cart.error} again={cart.readAgain} />;
  if (!cart.isPending && content.length === 0 && !placing.isDone) return <Nothing />;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (user) keepAddress(user.userId, address);
    placing.place({ lines: content, address, card });
  };
  const fields = placing.error ? problemOf(placing.error).fields : {};
  const problems = { ...addressProblems(fields), ...placing.addressProblems };
  return (
    <Page title="Check out">
      <form onSubmit={send} className="checkout">
        <div className="checkout-steps">
          <AddressForm value={address} problems={problems} onChange={setAddress} />
          <Delivery address={address} lines={lines} />
          <CardChoice value={card} onChange={setCard} />
        </div>
        <section className="summary" aria-labelledby="order-title">
          <h2 id="order-title">Your order</h2>
          {error ? <ProblemNotice error={error} of="The products" again={again} /> : <CheckoutSummary lines={lines} />}
          {placing.error && <ProblemNotice error={placing.error} />}
          {Object.keys(placing.addressProblems).length > 0 && (
            <p role="alert" className="stock-none">
              The address cannot be right: correct what is marked.
            </p>
          )}
          <Button
            type="submit"
            size="md"
            fullWidth
            loading={placing.isPending || placing.isDone}
            disabled={!lines || cart.isComing}
          >
            {placing.error && placing.mayBeTaken ? 'Try again' : 'Place order'}
          </Button>
          {cart.isComing && (
            <p role="status" className="hint">
              What you chose is being put into your cart …
            </p>
          )}
          {placing.error && placing.mayBeTaken && <p className="hint">Trying again cannot order twice.</p>}
        </section>
      </form>
    </Page>
  );
}

/** Where the last parcel went; before the first only a name. */
function firstAddress(user: Kept | undefined): AddressInput {
  const kept = user && keptAddress(user.userId);
  return kept ?? { ...emptyAddress, recipient: user?.displayName ?? '' };
}

/** The fields of a refused order that belong to its address, by the address's own names. */
function addressProblems(fields: Record<string, string>): Record<string, string> {
  const own = Object.entries(fields).filter(([field]) => field.startsWith('shipping_address.'));
  return Object.fromEntries(own.map(([field, problem]) => [field.slice('shipping_address.'.length), problem]));
}

function Failed({ error, again }: { error: unknown; again(): void }) {
  return (
    <Page title="Check out">
      <ProblemNotice error={error} of="Your cart" again={again} />
    </Page>
  );
}

function Nothing() {
  return (
    <Page title="Check out">
      <div className="empty">
        <p>Your cart is empty.</p>
        <p>
          <Link to="/browse">Find something</Link>, or look at <Link to="/orders">your orders</Link>.
        </p>
      </div>
    </Page>
  );
}
