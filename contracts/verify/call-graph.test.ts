import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getOption } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { Access, rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { contracts as forwarded } from '../../services/gateway/upstreams.ts';
import { nameOf, rpcServices, rpcs } from '../../test/architecture/contracts.ts';
import { root, services } from '../../test/architecture/sources.ts';
import { consumptions } from '../gate/consumers.ts';
import { committedPacts } from './pacts.ts';

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

/** Who calls what, as the code says: what the gateway passes on, and each `client.method(` of whoever imports a contract. */
const byCode = told([
  ...Object.values(forwarded)
    .flat()
    .flatMap(({ methods }) => methods)
    .filter((method) => {
      const { access, allowedCallers } = getOption(method, rpcOption);
      return allowedCallers.includes('gateway') && access !== Access.SERVICE;
    })
    .map((method) => `gateway → ${nameOf(method)}`),
  ...services.flatMap(callsOf),
]);

/** The calls of one service to others: a file that takes the client of a contract calls its methods by their names. */
function callsOf(service: string): string[] {
  const home = join(root, 'services', service);
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\.fixture|\.laws)\.ts$/.test(file) && !file.includes('testing/'))
    .map((file) => readFileSync(join(home, file), 'utf8'))
    .filter((code) => /\bClient<typeof \w+>/.test(code))
    .flatMap((code) => {
      const taken = [...code.matchAll(/\{ ([^}]*) \} from '#gen\/(tradewind\/\w+\/v\d+)\/\w+_service_pb\.ts'/g)];
      return taken.flatMap(([, names = '', folder = '']) =>
        rpcServices
          .filter(({ name, file }) => names.split(', ').includes(name) && file.name.startsWith(folder))
          .flatMap(({ methods }) => methods)
          .filter(({ localName }) => new RegExp(`\\.${localName}\\(`).test(code))
          .map((method) => `${service} → ${nameOf(method)}`),
      );
    });
}

test('whoever the contract lets call an RPC has a pact of it, and nobody else', () => {
  expect(byPacts).toEqual(byContract);
});

test('whoever has a pact of an RPC calls it, and nobody else', () => {
  expect(byCode).toEqual(byPacts);
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
