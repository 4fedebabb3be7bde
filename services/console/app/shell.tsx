import { Link, Outlet, ScrollRestoration, useNavigation } from 'react-router';
import { Header } from './header.tsx';

/** What is round every page. */
export function Shell() {
  const navigation = useNavigation();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to content
      </a>
      <Header />
      <div className="on-the-way" data-busy={navigation.state !== 'idle' || undefined} aria-hidden />
      <main id="content" tabIndex={-1} className="content">
        <Outlet />
      </main>
      <footer className="footer">
        <div className="footer-inside">
          <span>Tradewind runs on contracts.</span>
          <nav aria-label="About">
            <Link to="/browse">Products</Link>
            <a href="/docs">API</a>
            <a href="/health/ready">Health</a>
          </nav>
        </div>
      </footer>
      <ScrollRestoration />
    </div>
  );
}
