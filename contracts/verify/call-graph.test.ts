import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getOption } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { gatewayRoutes } from '../../services/gateway/gateway.ts';
import { type Upstream, upstreams } from '../../services/gateway/upstreams.ts';
import { nameOf, rpcs } from '../../test/architecture/contracts.ts';
import { root, services } from '../../test/architecture/sources.ts';
import { consumptions } from '../gate/consumers.ts';
import { clientsOf } from './calls-in-code.ts';
import { committedPacts } from './pacts.ts';
import { passedOn } from './passed-on.ts';

const interactions = committedPacts().flatMap(({ pact }) =>
  pact.interactions.map(({ description }) => ({
    consumer: pact.consumer.name,
    subject: description.split(':')[0] ?? '',
  })),
);
const told = (edges: Iterable<string>) => [...new Set(edges)].toSorted();

/** Who calls what, as the pacts say. */
const byPacts = told(
  interactions
    .filter(({ subject }) => subject.includes('/'))
    .map(({ consumer, subject }) => `${consumer} → ${subject}`),
);

/** Who may call what, as the contract says. `external` stands for whoever is outside, who makes no pact. */
const byContract = told(
  rpcs.flatMap((method) =>
    getOption(method, rpcOption)
      .allowedCallers.filter((caller) => caller !== 'external')
      .map((caller) => `${caller} → ${nameOf(method)}`),
  ),
);

const clients = services.map((service) => ({ service, ...clientsOf(service) }));

/** Who calls what, as the code says: what the gateway passes on as it is built, and each `client.method(` of whoever takes a client. */
const byCode = told([
  ...(await passedOn((transport) => gatewayRoutes(everyUpstream(transport), 1))).map((rpc) => `gateway → ${rpc}`),
  ...clients.flatMap(({ service, calls }) => calls.map((rpc) => `${service} → ${rpc}`)),
]);

function everyUpstream(transport: Transport) {
  return Object.fromEntries(upstreams.map((upstream) => [upstream, transport])) as Record<Upstream, Transport>;
}

test('whoever the contract lets call an RPC has a pact of it, and nobody else', () => {
  expect(byPacts).toEqual(byContract);
});

test('whoever has a pact of an RPC calls it, and nobody else', () => {
  expect(byCode).toEqual(byPacts);
});

test('whoever takes a client of a contract calls it where its type is named', () => {
  const taken = clients.flatMap((each) => each.taken.map(({ typeName }) => `${each.service} → ${typeName}`));
  const called = clients.flatMap((each) => each.calls.map((rpc) => `${each.service} → ${rpc.split('/')[0]}`));
  expect(told(called)).toEqual(told(taken));
});

test('nobody reaches another service but by a client of a contract, save the gateway that passes calls on', () => {
  const unknown = clients.flatMap((each) => each.unknown.map((way) => `${each.service}: ${way}`));
  expect(unknown).toEqual(['gateway: transport(upstream)']);
});

test('whoever reads an event has a pact of it, and nobody else', () => {
  const readers = consumptions.map(({ event, service }) => `${service} ← ${event}`);
  const pacts = interactions
    .filter(({ subject }) => !subject.includes('/'))
    .map((each) => `${each.consumer} ← ${each.subject}`);
  expect(told(pacts)).toEqual(told(readers));
  expect(readers).not.toEqual([]);
});

test('no pact is left of a test that is gone', () => {
  const writers = committedPacts().flatMap(({ pact }) => pact.interactions.map(({ comments }) => comments.testname));
  const gone = told(writers).filter(
    (file) => !readdirSync(join(root, file, '..')).includes(file.slice(file.lastIndexOf('/') + 1)),
  );
  expect(gone).toEqual([]);
});
