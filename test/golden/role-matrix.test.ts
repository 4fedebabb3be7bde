import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { startMesh } from '../../services/gateway/mesh.fixture.ts';
import { nameOf, rpcs } from '../architecture/contracts.ts';
import { accessTable, type Caller, callers, verdictOf } from './access-table.ts';
import { golden } from './golden.ts';

const AT_ONCE = 8;
/** What says who asks, and what says nothing of it; everything else is an answer to one who may ask. */
const TOLD: Readonly<Record<string, string>> = {
  unauthenticated: 'who?',
  permission_denied: 'no',
  resource_exhausted: 'too busy',
  unavailable: 'away',
  internal: 'broken',
};

let mesh: Awaited<ReturnType<typeof startMesh>>;
beforeAll(async () => {
  mesh = await startMesh([]);
});
afterAll(() => mesh.stop());

test('who may call which RPC is as last reviewed', () => {
  const { actual, expected } = golden('role-matrix.txt', accessTable());
  expect(actual).toBe(expected);
});

test.each(callers)('$column is let through, or refused, exactly where the table says', async (caller) => {
  const headers = await headersOf(caller);
  // The gateway's own RPCs are for outsiders: services do not reach them at all.
  const reached = rpcs.filter(
    (method) => !caller.service || !getOption(method, rpcPolicy).allowedCallers.includes('external'),
  );
  const told: string[] = [];
  // A few at a time: services refuse a crowd whoever it is.
  for (let from = 0; from < reached.length; from += AT_ONCE) {
    const some = reached.slice(from, from + AT_ONCE);
    told.push(...(await Promise.all(some.map(async (rpc) => `${nameOf(rpc)} ${await asked(rpc, caller, headers)}`))));
  }
  expect(told).toEqual(reached.map((method) => `${nameOf(method)} ${verdictOf(method, caller)}`));
});

async function headersOf({ service, roles, scope }: Caller): Promise<Record<string, string>> {
  return {
    ...(roles && { authorization: `Bearer ${await mesh.userToken(newId(), roles, 900, scope)}` }),
    ...(service && { 'x-tradewind-service': await mesh.serviceToken(service) }),
  };
}

/** Sends an empty request. Whatever else is wrong with it, it got past those who ask who sends it. */
async function asked(method: DescMethod, { service }: Caller, headers: Record<string, string>): Promise<string> {
  const isUnary = method.methodKind === 'unary';
  const response = await fetch(`${service ? mesh.insideUrl : mesh.url}/${nameOf(method)}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': isUnary ? 'application/json' : 'application/connect+json' },
    body: isUnary ? '{}' : Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]),
  });
  const text = await response.text();
  const { code } = isUnary ? JSON.parse(text || '{}') : (JSON.parse(text.slice(text.indexOf('{'))).error ?? {});
  return TOLD[code] ?? 'yes';
}
