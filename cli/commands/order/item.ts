import { CartItemSchema } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { contractNumber } from '../../contract-number.ts';
import { Misuse } from '../../failure.ts';

/** What somebody wants of one product, which they name by its id, its SKU or words. */
export interface Item {
  named: string;
  quantity: bigint;
}

/** Reads `tent` or `tent=2`. What stands behind the last `=` is a quantity and nothing else: an order for another number than was typed is worse than none. */
export function itemOf(word: string): Item {
  const at = word.lastIndexOf('=');
  const named = at < 0 ? word : word.slice(0, at);
  if (named.trim() === '') throw new Misuse(`“${word}” names no product.`);
  if (at < 0) return { named, quantity: 1n };
  return { named, quantity: contractNumber(CartItemSchema.field.quantity, word.slice(at + 1), 'a quantity') };
}
