/** Rules of requests that the contract's annotations do not state. */
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ProductInput } from '#gen/tradewind/catalog/v1/catalog_pb.ts';

/** Refuses texts with a NUL, which PostgreSQL cannot hold: named here, it is the caller's mistake and not our failure. */
export function assertStorable(texts: Record<string, string>): void {
  const broken = Object.keys(texts).filter((field) => texts[field]?.includes('\0'));
  if (broken.length > 0)
    throw badRequest(broken.map((field) => ({ field, description: 'must not contain a NUL character' })));
}

/** Refuses a product that cannot be stored, or one that would pay its buyer. */
export function assertSellable({ title, description, brand, category, price }: ProductInput): void {
  assertStorable({
    'product.title': title,
    'product.description': description,
    'product.brand': brand,
    'product.category': category,
  });
  if (price && (price.units < 0n || price.nanos < 0))
    throw badRequest([{ field: 'product.price', description: 'must not be less than nothing' }]);
}
