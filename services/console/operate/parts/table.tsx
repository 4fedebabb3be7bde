import type { ReactNode } from 'react';

interface TableProps {
  /** What it lists; the region it scrolls in is named so too. */
  label: string;
  /** Heads of the columns; those that begin with `#` stand over figures. */
  heads: readonly ReactNode[];
  children: ReactNode;
}

/** Rows of figures, which scroll sideways on a narrow screen and leave the page where it is. */
export function Table({ label, heads, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="scroller" aria-label={label} tabIndex={0}>
      <table className="data">
        <thead>
          <tr>
            {heads.map((head, at) => {
              const isFigure = typeof head === 'string' && head.startsWith('#');
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are.
                <th key={at} scope="col" data-figure={isFigure || undefined}>
                  {isFigure ? head.slice(1) : head}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
