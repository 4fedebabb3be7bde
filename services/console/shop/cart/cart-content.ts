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

export function countOf(content: CartContent): bigint {
  return content.reduce((sum, { quantity }) => sum + quantity, 0n);
}
