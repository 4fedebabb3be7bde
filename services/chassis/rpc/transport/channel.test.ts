import { type AddressInfo, connect, createServer } from 'node:net';
import { Code } from '@connectrpc/connect';
import { Metadata } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { failure, peer, type Unary } from '../client.fixture.ts';
import { channelTarget, openChannel } from './channel.ts';
import { sendUnary } from './unary.ts';

test('several addresses become one list that grpc-js spreads calls over', () => {
  expect(channelTarget('127.0.0.1:1, 10.0.0.2:2')).toBe('ipv4:127.0.0.1:1,10.0.0.2:2');
});

test('localhost is an address, so that it may stand in a list', () => {
  expect(channelTarget('localhost:1,localhost:2')).toBe('ipv4:127.0.0.1:1,127.0.0.1:2');
});

test('one name is left to DNS', () => {
  expect(channelTarget('orders.tradewind.svc:9000')).toBe('dns:///orders.tradewind.svc:9000');
});

test('refuses several names, and an address without a port, saying which', () => {
  expect(() => channelTarget('a:1,b:2')).toThrow(/"a:1,b:2".*IP addresses/);
  expect(() => channelTarget('orders')).toThrow(/"orders".*host:port/);
});

test('a server that fails every call gets none while another is well, and gets calls again when it is well too', async () => {
  let ill = true;
  const seen = { good: 0, bad: 0 };
  const good: Unary = (_, answer) => {
    seen.good++;
    answer(null, Buffer.alloc(0));
  };
  const bad: Unary = (_, answer) => {
    seen.bad++;
    answer(ill ? failure(Code.Unavailable) : null, Buffer.alloc(0));
  };
  const target = `${await peer({ getProduct: good })},${await peer({ getProduct: bad })}`;
  const client = openChannel(target, { intervalMs: 100, ejectionMs: 1_000 });
  onTestFinished(() => client.close());
  const path = `/${CatalogService.typeName}/GetProduct`;
  const call = () =>
    sendUnary(client, path, Buffer.alloc(0), new Metadata({ waitForReady: true }), undefined, undefined).reply;
  const twenty = async () => {
    const before = { ...seen };
    for (let count = 0; count < 20; count++) await call().catch(() => {});
    return { good: seen.good - before.good, bad: seen.bad - before.bad };
  };
  await eventually(async () => expect(await twenty()).toEqual({ good: 20, bad: 0 }));
  ill = false;
  await eventually(async () => expect(await twenty()).toEqual({ good: 10, bad: 10 }));
});

/** A way to a server that swallows all of the first connection. Tells how many there were. */
async function swallowingFirst(target: string): Promise<{ target: string; connections(): number }> {
  let connections = 0;
  const way = createServer((client) => {
    client.on('error', () => {});
    if (++connections === 1) return;
    const server = connect(Number(target.split(':')[1]), '127.0.0.1');
    server.on('error', () => {});
    client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void way.close());
  return { target: `127.0.0.1:${(way.address() as AddressInfo).port}`, connections: () => connections };
}

test('a connection on which the server does not begin to speak is given up, and the next one serves', async () => {
  const getProduct: Unary = (_, answer) => answer(null, Buffer.alloc(0));
  const way = await swallowingFirst(await peer({ getProduct }));
  const client = openChannel(way.target, undefined, undefined, 500);
  onTestFinished(() => client.close());
  const path = `/${CatalogService.typeName}/GetProduct`;
  const metadata = new Metadata({ waitForReady: true });
  await sendUnary(client, path, Buffer.alloc(0), metadata, Date.now() + 10_000, undefined).reply;
  expect(way.connections()).toBeGreaterThan(1);
});
