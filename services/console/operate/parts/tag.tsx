import type { ReactNode } from 'react';

export type Tone = 'good' | 'few' | 'bad' | 'plain';

/** A state in a word. The colour only repeats what the word says. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone}>
      {children}
    </span>
  );
}
