import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Span_SpanKind, Status_StatusCode, TracesDataSchema } from '#gen/opentelemetry/proto/trace/v1/trace_pb.ts';
import { fromInside, receiveSpans } from './receive-spans.ts';
import { spanStore } from './span-store.ts';

const MOST = 3;
const store = spanStore(MOST);
const page = receiveSpans(store, fromInside(undefined));
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => void page(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const post = (body: Uint8Array, headers: Record<string, string> = PROTOBUF) =>
  fetch(url, { method: 'POST', body: Buffer.from(body), headers });
const text = (key: string, value: string) => ({ key, value: { value: { case: 'stringValue' as const, value } } });

function spanOf(traceId: string): Uint8Array {
  const span = {
    traceId: Buffer.from(traceId.padStart(32, '0'), 'hex'),
    spanId: Buffer.from('00000000000000aa', 'hex'),
    name: 'SELECT orders',
    kind: Span_SpanKind.CLIENT,
    startTimeUnixNano: 1_700_000_000_000_000_000n,
    endTimeUnixNano: 1_700_000_000_002_500_000n,
    attributes: [text('db.system.name', 'postgresql')],
    status: { code: Status_StatusCode.ERROR },
    events: [
      { name: 'exception', attributes: [text('exception.type', 'Error'), text('exception.message', 'gone\naway')] },
    ],
  };
  const resource = { attributes: [text('service.name', 'orders'), text('service.version', '1.2.3')] };
  return toBinary(
    TracesDataSchema,
    create(TracesDataSchema, { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }),
  );
}

test('a span is kept with what is known of it, and the oldest goes first', async () => {
  for (const trace of ['1', '2', '3', '4']) expect((await post(spanOf(trace))).status).toBe(200);
  const kept = [...store.traces()].map(([span]) => span?.traceId.replace(/^0+/, ''));
  expect(kept).toEqual(['4', '3', '2']);
  expect(store.size).toBe(MOST);
  expect(store.trace('4'.padStart(32, '0'))).toMatchObject([
    {
      service: 'orders',
      version: '1.2.3',
      name: 'SELECT orders',
      kind: 3,
      startMs: 1_700_000_000_000,
      durationMs: 2.5,
      failed: true,
      attributes: { 'db.system.name': 'postgresql' },
      errors: ['Error: gone away'],
    },
  ]);
});

test('what is no span, too much, of another type or from a page in a browser is refused', async () => {
  expect((await post(Uint8Array.of(0xff, 0xff))).status).toBe(400);
  expect((await post(new Uint8Array(), { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(spanOf('5'), { ...PROTOBUF, origin: 'http://evil.example' })).status).toBe(403);
  expect((await fetch(url)).status).toBe(405);
  const large = await post(new Uint8Array(4 * 1024 * 1024 + 1)).then(({ status }) => status);
  expect(large).toBe(413);
  expect(store.trace('5'.padStart(32, '0'))).toEqual([]);
});
