import { type ReactNode, useState } from 'react';
import './lists.css';

/** A line that tells more when it is opened. What more there is, is drawn only then: a list may have a thousand of them. */
export function Opened({ line, children }: { line: ReactNode; children: () => ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{line}</summary>
      {isOpen && children()}
    </details>
  );
}
