import { MOST_PIECES } from './cart-content.ts';

interface PieceCountProps {
  /** What is counted, for who cannot see it. */
  of: string;
  value: bigint;
  least: bigint;
  onChange(value: bigint): void;
}

/** Says how many pieces, by typing or by steps of one. */
export function PieceCount({ of, value, least, onChange }: PieceCountProps) {
  const set = (next: bigint) => onChange(next < least ? least : next > MOST_PIECES ? MOST_PIECES : next);
  return (
    <fieldset className="piece-count" aria-label={`Pieces of ${of}`}>
      <button type="button" aria-label="One less" disabled={value <= least} onClick={() => set(value - 1n)}>
        −
      </button>
      <input
        inputMode="numeric"
        aria-label="Pieces"
        value={String(value)}
        onChange={({ target }) => /^\d{1,4}$/.test(target.value) && set(BigInt(target.value))}
        onFocus={({ target }) => target.select()}
      />
      <button type="button" aria-label="One more" disabled={value >= MOST_PIECES} onClick={() => set(value + 1n)}>
        +
      </button>
    </fieldset>
  );
}
