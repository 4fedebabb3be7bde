/** What somebody means to buy, wherever it is kept. */
export type CartContent = readonly { readonly productId: string; readonly quantity: bigint }[];

export const MOST_PIECES = 1000n;

/** As many pieces as an order may have of a product. */
export function atMost(pieces: bigint): bigint {
  if (pieces > MOST_PIECES) return MOST_PIECES;
  return pieces;
}

export function piecesOf(content: CartContent, productId: string): bigint {
  return content.find((line) => line.productId === productId)?.quantity ?? 0n;
}

/** Both together: of a product in both the larger number counts, so that merging twice changes nothing. */
export function merged(one: CartContent, other: CartContent): CartContent {
  const more = other.filter(({ productId, quantity }) => quantity > piecesOf(one, productId));
  const rest = one.filter(({ productId }) => piecesOf(more, productId) === 0n);
  return [...rest, ...more];
}

export function countOf(content: CartContent): bigint {
  return content.reduce((sum, { quantity }) => sum + quantity, 0n);
}
