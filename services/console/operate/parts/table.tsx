import type { CSSProperties, ReactNode } from 'react';
import './table.css';

interface TableProps {
  /** What it lists; the region it scrolls in is named so too. */
  label: string;
  /** Heads of the columns; those that begin with `#` stand over figures. */
  heads: readonly ReactNode[];
  children: ReactNode;
}

/** The heads as variables of the style sheet, which names each figure by them where a row has no room for columns. */
const named = (heads: readonly ReactNode[]): CSSProperties =>
  Object.fromEntries(
    heads.flatMap((head, at) => (typeof head === 'string' ? [[`--head-${at + 1}`, JSON.stringify(plain(head))]] : [])),
  );

const plain = (head: string) => head.replace(/^#/, '');

/** Rows of figures. They scroll sideways and leave the page where it is; on a phone each row is a block with its figures named. */
export function Table({ label, heads, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="scroller" aria-label={label} tabIndex={0}>
      <table className="data" style={named(heads)}>
        <thead>
          <tr>
            {heads.map((head, at) => {
              const isFigure = typeof head === 'string' && head.startsWith('#');
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are.
                <th key={at} scope="col" data-figure={isFigure || undefined}>
                  {typeof head === 'string' ? plain(head) : head}
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
