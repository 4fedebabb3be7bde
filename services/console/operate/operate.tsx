import { NavLink, Outlet } from 'react-router';
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
  return (
    <div className="operate">
      <nav aria-label="Operate" className="operate-nav">
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
