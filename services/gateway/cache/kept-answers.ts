import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** An answer as it travels in binary, the same for everybody who asks the same. */
export interface KeptAnswer {
  readonly bytes: Uint8Array;
  /** Names what is in it (RFC 9110, section 8.8.3): other content has another. */
  readonly etag: string;
  /** When it was had, in epoch milliseconds. */
  readonly at: number;
}

/** Answers by what was asked, of each contract; those used least go first when they are too many bytes. */
export interface KeptAnswers {
  find(contract: string, asked: string): KeptAnswer | undefined;
  /** Keeps an answer that was asked for in an `era`, unless something was written since. */
  keep(contract: string, asked: string, era: number, bytes: Uint8Array): KeptAnswer;
  /** Grows with each write, after which no earlier answer of the contract is given. */
  era(contract: string): number;
  written(contract: string): void;
}

export function keptAnswers(maxBytes: number): KeptAnswers {
  const eras = new Map<string, number>();
  const era = (contract: string) => eras.get(contract) ?? 0;
  const keyOf = (contract: string, asked: string) => `${contract}\n${era(contract)}\n${asked}`;
  const answers = new LRUCache<string, KeptAnswer>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length,
  });
  return {
    era,
    written: (contract) => void eras.set(contract, era(contract) + 1),
    find: (contract, asked) => answers.get(keyOf(contract, asked)),
    keep(contract, asked, begun, bytes) {
      const etag = `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;
      const answer = { bytes, etag, at: Date.now() };
      if (begun === era(contract)) answers.set(keyOf(contract, asked), answer);
      return answer;
    },
  };
}
