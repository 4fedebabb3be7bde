import { create, toBinary } from '@bufbuild/protobuf';
import { Code, createClient } from '@connectrpc/connect';
import type { ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { CatalogService, ImportProductsResponseSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService, WatchStockResponseSchema } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { errorOf, failure, peer, transportTo } from './client.fixture.ts';

test('a stream without a deadline does not wait for a service that is not up', async () => {
  const inventory = createClient(InventoryService, transportTo('127.0.0.1:9'));
  const watching = (async () => {
    for await (const _ of inventory.watchStock({ productIds: ['p1'] }));
  })();
  expect((await errorOf(watching)).code).toBe(Code.Unavailable);
});

test('every message of a server stream arrives before the error that ends it', async () => {
  const watchStock = (call: ServerWritableStream<Buffer, Buffer>) => {
    for (let index = 1; index <= 100; index++) {
      const availability = { productId: `p${index}` };
      call.write(Buffer.from(toBinary(WatchStockResponseSchema, create(WatchStockResponseSchema, { availability }))));
    }
    call.emit('error', failure(Code.Unavailable));
  };
  const inventory = createClient(InventoryService, transportTo(await peer({ watchStock })));
  const seen: string[] = [];
  const error = await errorOf(
    (async () => {
      for await (const { availability } of inventory.watchStock({ productIds: ['p1'] }))
        seen.push(availability?.productId ?? '');
    })(),
  );
  expect(seen.length).toBe(100);
  expect(error.code).toBe(Code.Unavailable);
});

test('a client stream sends every message and gives the one answer', async () => {
  const importProducts = (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    let read = 0;
    call.on('data', () => read++);
    call.on('end', () =>
      answer(null, Buffer.from(toBinary(ImportProductsResponseSchema, create(ImportProductsResponseSchema, { read })))),
    );
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ importProducts })));
  async function* chunks() {
    for (let index = 0; index < 200; index++) yield { part: { case: 'chunk' as const, value: new Uint8Array(32_000) } };
  }
  expect((await catalog.importProducts(chunks())).read).toBe(200);
});

test('a failure of what the caller streams ends the call and is what the caller sees', async () => {
  const cancelled = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const importProducts = (call: ServerReadableStream<Buffer, Buffer>) => {
    call.on('data', () => arrived.resolve());
    call.on('cancelled', () => cancelled.resolve());
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ importProducts })));
  async function* chunks() {
    yield { part: { case: 'chunk' as const, value: new Uint8Array(1) } };
    await arrived.promise;
    throw new Error('disk gone');
  }
  await expect(catalog.importProducts(chunks())).rejects.toThrow('disk gone');
  await cancelled.promise;
});
