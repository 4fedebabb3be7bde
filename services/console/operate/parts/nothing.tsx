import type { ReactNode } from 'react';

/** Says that a list is empty, and what that means. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <div className="empty" role="status">
      <p>{children}</p>
    </div>
  );
}
