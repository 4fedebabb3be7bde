import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

let arrivals = 0;

interface PageProps {
  title: string;
  /** What stands in the tab when it is not the title. */
  tab?: string;
  /** The title is for screen readers only, because the page shows it in its own way. */
  quiet?: boolean;
  children: ReactNode;
}

/** A page: its title in the tab and as the one first heading, which takes the focus when somebody comes from another page, so that a screen reader tells where they are. */
export function Page({ title, tab = title, quiet = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = tab === 'Tradewind' ? tab : `${tab} · Tradewind`;
  }, [tab]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when the page does, and then only.
  useEffect(() => {
    if (arrivals++ > 0) heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <>
      <Title order={1} ref={heading} tabIndex={-1} className={quiet ? 'unseen' : 'page-title'}>
        {title}
      </Title>
      {children}
    </>
  );
}
