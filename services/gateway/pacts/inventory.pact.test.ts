import { Code } from '@connectrpc/connect';
import { ids } from '#chassis/testing/pact/examples.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const inventory = forwardLaws('inventory', import.meta.url);
const { getAvailability, adjustStock, watchStock } = InventoryService.method;
const given = 'a product with 10 pieces, 2 of them reserved';
const availability = { productId: ids.product, available: 8n, reserved: 2n, version: 2n };
const change = { requestId: ids.event, productId: ids.product, warehouse: 'main' };

inventory.answers(getAvailability, 'what can be sold is told', {
  given,
  request: { productIds: [ids.product] },
  answer: { availability: [availability] },
});
inventory.answers(adjustStock, 'a merchant receives stock', {
  given,
  role: 'MERCHANT',
  request: { ...change, delta: 5n },
  answer: { availability: { ...availability, available: 13n } },
});
inventory.refuses(adjustStock, 'reserved stock is not written off', {
  given,
  role: 'MERCHANT',
  request: { ...change, delta: -9n },
  refusal: {
    ...{ code: Code.FailedPrecondition, reason: 'STOCK_BELOW_RESERVED', domain: 'inventory.tradewind' },
    metadata: { on_hand: '10', reserved: '2' },
  },
});
inventory.streams(watchStock, 'stock is told as it is', {
  given,
  requests: [{ productIds: [ids.product] }],
  answer: { availability },
});

inventory.settled();
