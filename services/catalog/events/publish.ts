import { create } from '@bufbuild/protobuf';
import { moneyOf } from '#chassis/money.ts';
import { type OutboxRow, outboxRow } from '#chassis/outbox/append.ts';
import {
  ProductPriceChangedSchema,
  ProductPublishedSchema,
  ProductRetiredSchema,
} from '#gen/tradewind/catalog/events/v1/catalog_events_pb.ts';
import type { ProductFact } from '../domain/product.ts';

/** The event of a fact, ready for the outbox. */
export function outboxRowOf(fact: ProductFact): OutboxRow {
  const { id: productId, version, sku, title, backorderable, priceNanos, currency } = fact.product;
  const price = moneyOf(priceNanos, currency);
  switch (fact.type) {
    case 'ProductPublished': {
      const event = { productId, version, sku, title, price, backorderable };
      return outboxRow(ProductPublishedSchema, create(ProductPublishedSchema, event));
    }
    case 'ProductPriceChanged': {
      const oldPrice = moneyOf(fact.before.priceNanos, fact.before.currency);
      const event = { productId, version, oldPrice, newPrice: price };
      return outboxRow(ProductPriceChangedSchema, create(ProductPriceChangedSchema, event));
    }
    case 'ProductRetired':
      return outboxRow(ProductRetiredSchema, create(ProductRetiredSchema, { productId, version }));
  }
}
