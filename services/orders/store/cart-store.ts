/** Keeps what each shopper means to buy. */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import type { CartStore } from '../app/ports.ts';
import { cartItem } from './schema.ts';

export function cartStore(db: Database): CartStore {
  const orm = ormOf(db);
  const read: CartStore['read'] = (userId) =>
    orm
      .select({ productId: cartItem.productId, quantity: cartItem.quantity })
      .from(cartItem)
      .where(eq(cartItem.userId, userId))
      .orderBy(asc(cartItem.addedAt), asc(cartItem.productId));

  return {
    read,
    async set(userId, { productId, quantity }) {
      if (quantity === 0) {
        await orm.delete(cartItem).where(and(eq(cartItem.userId, userId), eq(cartItem.productId, productId)));
      } else {
        await orm
          .insert(cartItem)
          .values({ userId, productId, quantity, addedAt: new Date() })
          .onConflictDoUpdate({ target: [cartItem.userId, cartItem.productId], set: { quantity } });
      }
      return read(userId);
    },
  };
}
