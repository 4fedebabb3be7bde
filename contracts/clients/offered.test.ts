import type { DescMethod } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { startMesh } from '../../services/gateway/mesh.fixture.ts';
import { contracts } from '../../services/gateway/upstreams.ts';
import { offered, withheld } from './offered.ts';

let mesh: Awaited<ReturnType<typeof startMesh>>;
beforeAll(async () => {
  mesh = await startMesh([]);
});
afterAll(() => mesh.stop());

const nameOf = ({ parent, name }: DescMethod) => `${parent.typeName}.${name}`;

/** Whether the gateway answers whoever is outside that there is no such RPC for them. */
async function isAbsent({ parent, name }: DescMethod): Promise<boolean> {
  const response = await fetch(`${mesh.url}/${parent.typeName}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await mesh.userToken('u', ['OPERATOR'])}` },
    body: '{}',
  });
  const text = await response.text();
  return /CALLER_NOT_ALLOWED|not offered outside the mesh/.test(text);
}

/** A stream has its answers apart, in an envelope; it is offered by the same rule. */
const unary = [...Object.values(contracts).flat(), GatewayService]
  .flatMap(({ methods }) => methods)
  .filter(({ methodKind }) => methodKind === 'unary');

test('clients hold what the gateway passes on, and leave out exactly what it does not', async () => {
  const inClients = unary
    .filter((method) => offered.includes(method.parent) && !withheld.includes(nameOf(method)))
    .map(nameOf);
  const answers = unary.map(async (method) => ({ name: nameOf(method), absent: await isAbsent(method) }));
  const passedOn = (await Promise.all(answers)).filter(({ absent }) => !absent).map(({ name }) => name);
  expect(inClients.filter((name) => !passedOn.includes(name))).toEqual([]);
  expect(passedOn.filter((name) => !inClients.includes(name))).toEqual([]);
});
