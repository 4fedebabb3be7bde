import { create, toBinary } from '@bufbuild/protobuf';
import { implement } from '#chassis/rpc/implementation.ts';
import { ProductSchema } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import {
  CatalogService,
  GetProductRequestSchema,
  GetProductResponseSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';

const id = '0190f3b2-7d2a-7c3e-9f00-123456789abc';

const product = create(ProductSchema, {
  id,
  sku: 'TENT-2P-GRN',
  title: 'Two-person tent, green',
  brand: 'Fjordline',
  category: 'Outdoor/Tents',
  price: { units: 189n, nanos: 900_000_000, currencyCode: 'EUR' },
  weightGrams: 2300,
});

/** The call that every server in the comparison answers, and its answer. */
export const path = '/tradewind.catalog.v1.CatalogService/GetProduct';
export const request = create(GetProductRequestSchema, { productId: id });
export const requestBytes = toBinary(GetProductRequestSchema, request);
export const response = create(GetProductResponseSchema, { product });
export const responseBytes = toBinary(GetProductResponseSchema, response);

/** The implementation, for the servers that take one. */
export const route = implement(CatalogService, {
  getProduct: async () => response,
  batchGetProducts: async () => ({}),
  listProducts: async () => ({}),
  searchProducts: async () => ({}),
  upsertProduct: async () => ({}),
  importProducts: async () => ({}),
});
