import { useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import './operate.css';

const PAGES: readonly (readonly [path: string, name: string])[] = [
  ['/operate', 'Map'],
  ['/operate/orders', 'Orders'],
  ['/operate/sagas', 'Sagas'],
  ['/operate/dead-letters', 'Dead letters'],
  ['/operate/events', 'Events'],
  ['/operate/messaging', 'Messaging'],
  ['/operate/traces', 'Traces'],
  ['/operate/levels', 'Service levels'],
  ['/operate/faults', 'Faults'],
  ['/operate/users', 'Users'],
  ['/operate/security', 'Security'],
  ['/operate/contracts', 'Contracts'],
];

/** What is round every page of the operators: the way to the others. */
export function Operate() {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the ways stand in one line that is longer than the screen: the present one is brought into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the line moves when the page does.
  useEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (here) nav.current?.scrollTo({ left: here.offsetLeft - nav.current.clientWidth / 2 + here.clientWidth / 2 });
  }, [pathname]);
  return (
    <div className="operate">
      <nav ref={nav} aria-label="Operate" className="operate-nav">
        {PAGES.map(([path, name]) => (
          <NavLink key={path} to={path} end={path === '/operate'}>
            {name}
          </NavLink>
        ))}
      </nav>
      <div className="operate-page">
        <Outlet />
      </div>
    </div>
  );
}
