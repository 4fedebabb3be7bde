import { createFileRegistry, fromBinary, getOption } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { lifecycle } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { contracts as atTheGateway } from '../../gateway/upstreams.ts';
import { readContracts } from './contracts.ts';

test('every version that is served is handed out, the newest before those it takes the place of', async () => {
  const { rpcs } = await readContracts();
  const names = [...new Set(rpcs.map(({ contract }) => contract))];
  const served = Object.values(atTheGateway)
    .flat()
    .map(({ typeName }) => typeName);
  expect(served.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.indexOf('tradewind.orders.v2.OrdersService')).toBe(
    names.indexOf('tradewind.orders.v1.OrdersService') - 1,
  );
  expect(rpcs.filter(({ contract }) => contract === 'tradewind.orders.v2.OrdersService')).toContainEqual(
    expect.objectContaining({ service: 'orders', name: 'PlaceOrder' }),
  );
});

test('who is handed the contracts can tell which are on their way out, and every RPC has a comment', async () => {
  const { descriptorSet, docs, rpcs } = await readContracts();
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
  const endOf = (name: string) => getOption(registry.getService(name) ?? expect.unreachable(), lifecycle).successor;
  expect(endOf('tradewind.orders.v1.OrdersService')).toBe('tradewind.orders.v2.OrdersService');
  expect(endOf('tradewind.orders.v2.OrdersService')).toBe('');
  expect(rpcs.filter(({ contract, name }) => !docs[`${contract}/${name}`])).toEqual([]);
});
