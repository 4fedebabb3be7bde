import { Button } from '@mantine/core';
import { Link, NavLink, useLocation } from 'react-router';
import { isOperator, useSession, useUser } from '../session/use-session.ts';
import { useCart } from '../shop/cart/use-cart.ts';
import { SearchBox } from '../shop/catalogue/search-box.tsx';
import { ColourSwitch } from './colour-switch.tsx';
import { leadsToSignIn, signInPath } from './paths.ts';
import sail from './sail.svg';

/** The way to everything, on every page. */
export function Header() {
  const user = useUser();
  const { count } = useCart();
  const { pathname, search } = useLocation();
  const back = leadsToSignIn(pathname) ? '/' : `${pathname}${search}`;
  return (
    <header className="header">
      <div className="header-inside">
        <Link to="/" className="brand">
          <img src={sail} alt="" width={30} height={30} />
          Tradewind
        </Link>
        <SearchBox />
        <nav aria-label="Main" className="header-nav">
          {isOperator(user) && <NavLink to="/operate">Operate</NavLink>}
          {user && <NavLink to="/orders">Orders</NavLink>}
          {user && <NavLink to="/profile">{user.displayName.split(' ')[0] || 'Account'}</NavLink>}
          <NavLink to="/cart" className="cart-link">
            Cart
            <span className="cart-count" data-empty={count === 0n || undefined}>
              <span className="unseen">, </span>
              {String(count)}
              <span className="unseen"> {count === 1n ? 'piece' : 'pieces'}</span>
            </span>
          </NavLink>
          {user ? <SignOut /> : <NavLink to={signInPath(back)}>Sign in</NavLink>}
          <ColourSwitch />
        </nav>
      </div>
    </header>
  );
}

function SignOut() {
  const session = useSession();
  return (
    <Button variant="subtle" size="compact-sm" className="header-button" onClick={() => session.end()}>
      Sign out
    </Button>
  );
}
