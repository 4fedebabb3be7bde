import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { moneyOf, nanosOf } from '#chassis/money.ts';
import {
  type ProductInput as ProductInputMessage,
  ProductState as StateMessage,
} from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { Product, ProductInput, ProductState } from '../domain/product.ts';

/** A product in the words of the contract. */
export function productMessage(product: Product) {
  const { priceNanos, currency, state, createTime, updateTime, ...same } = product;
  return {
    ...same,
    price: moneyOf(priceNanos, currency),
    state: StateMessage[state],
    createTime: timestampFromDate(createTime),
    updateTime: timestampFromDate(updateTime),
  };
}

const STATES = new Map<StateMessage, ProductState>([
  [StateMessage.UNSPECIFIED, 'PUBLISHED'],
  [StateMessage.DRAFT, 'DRAFT'],
  [StateMessage.PUBLISHED, 'PUBLISHED'],
  [StateMessage.RETIRED, 'RETIRED'],
]);

/** What a merchant says, from the words of the contract, whose rules made sure that there is a price. */
export function inputOf(message: ProductInputMessage): ProductInput {
  const { sku, title, description, brand, category, price, weightGrams, backorderable, imageUrls, state } = message;
  return {
    sku,
    title,
    description,
    brand,
    category,
    priceNanos: price ? nanosOf(price) : 0n,
    currency: price?.currencyCode ?? '',
    weightGrams,
    backorderable,
    imageUrls,
    state: STATES.get(state) ?? 'PUBLISHED',
  };
}
