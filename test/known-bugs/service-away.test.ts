/** Known of callers that wait for a connection as long as they have time: a service that is not running holds each of its callers for 10 s, and nothing tells them to stop. */
import { promisify } from 'node:util';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';

/** More calls than a client makes at a time: the last of them wait for a place. */
const CALLS = 40;
/** The circuits that opened and closed. */
const circuits: string[] = [];
let port: number;
let transport: ReturnType<typeof createGrpcTransport>;
beforeAll(async () => {
  port = await freePort();
  const onCircuit = (dependency: string, state: string) => void circuits.push(`${dependency} ${state}`);
  transport = createGrpcTransport({ target: `127.0.0.1:${port}`, onCircuit });
});
afterAll(() => transport.close());

/** Makes so many calls that would each wait a minute: how they end, and how long the last one took. */
async function captures() {
  const payments = createClient(PaymentsService, transport);
  const begin = performance.now();
  const ends = await Promise.all(
    Array.from({ length: CALLS }, () =>
      payments.capturePayment({ paymentId: newId() }, { timeoutMs: 60_000 }).then(
        () => 'answered',
        (error: unknown) => [ConnectError.from(error).code, reasonOf(error)?.reason],
      ),
    ),
  );
  return { ends: new Set(ends.map(String)), seconds: (performance.now() - begin) / 1000 };
}

test('a service that is away is waited for as long as a restart takes, then its callers are refused at once until it is back', async () => {
  const unreachable = new Set([String([Code.Unavailable, 'UNREACHABLE'])]);
  const first = await captures();
  expect(first.ends).toEqual(unreachable);
  expect(first.seconds).toBeGreaterThan(4);
  expect(first.seconds).toBeLessThan(9);
  const later = await captures();
  expect(later.ends).toEqual(unreachable);
  expect(later.seconds).toBeLessThan(1);
  expect(circuits).toEqual(['payments open']);

  const back = new Server();
  try {
    await promisify(back.bindAsync.bind(back))(`127.0.0.1:${port}`, ServerCredentials.createInsecure());
    // Whoever listens there now serves no RPC at all, and can only say so when it is asked.
    await eventually(async () => expect((await captures()).ends).toEqual(new Set([String([Code.Unimplemented, ''])])));
    expect(circuits).toEqual(['payments open', 'payments closed']);
  } finally {
    back.forceShutdown();
  }
}, 30_000);
