/** Known of services that give a part they could do without all the time that they have: while it is away, every call that asks for it fails. */
import { createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '#chassis/local/free-port.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { shippingClient } from '../../services/orders/clients/shipping.ts';
import { type Mesh, openMesh } from './mesh.fixture.ts';

let mesh: Mesh;
let nobody: ReturnType<typeof createGrpcTransport>;
beforeAll(async () => {
  nobody = createGrpcTransport({ target: `127.0.0.1:${await freePort()}` });
  const { problems } = shippingClient(createClient(ShippingService, nobody));
  mesh = await openMesh({ neighbours: ({ shipping }) => ({ shipping: { ...shipping, problems } }) });
});
afterAll(async () => {
  await mesh.close();
  nobody.close();
});

test('an order is taken while nobody is there to judge its address', async () => {
  const shopper = await mesh.shopper();
  const { id } = await shopper.place(await mesh.stocked(1));
  await mesh.settles(id, 'completed');
  expect(await mesh.charges(id)).toHaveLength(1);
});
