/** A place where traces go, as any collector is: OTLP over HTTP, of which it keeps what tests look at. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { BinaryReader } from '@bufbuild/protobuf/wire';

export interface CollectedSpan {
  service: string;
  traceId: string;
  id: string;
  parentId: string;
  name: string;
  kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  attributes: Record<string, string>;
}

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;

export async function startTraceCollector() {
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.url === '/v1/traces') spans.push(...fieldsOf(body).messages(1).flatMap(spansOf));
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spansOf: (traceId: string) => spans.filter((span) => span.traceId === traceId),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The field numbers below are those of opentelemetry/proto/trace/v1/trace.proto: ResourceSpans, ScopeSpans, Span. */
function spansOf(resourceSpans: Fields): CollectedSpan[] {
  const service = resourceSpans.messages(1).map(attributesOf(1))[0]?.['service.name'] ?? '';
  return resourceSpans
    .messages(2)
    .flatMap((scope) => scope.messages(2))
    .map((span) => ({
      service,
      traceId: span.bytes(1).toString('hex'),
      id: span.bytes(2).toString('hex'),
      parentId: span.bytes(4).toString('hex'),
      name: span.bytes(5).toString(),
      kind: KINDS[span.number(6)] ?? 'INTERNAL',
      attributes: attributesOf(9)(span),
    }));
}

/** Attributes that are text. */
function attributesOf(field: number): (message: Fields) => Record<string, string> {
  return (message) =>
    Object.fromEntries(
      message
        .messages(field)
        .map((entry) => [entry.bytes(1).toString(), entry.messages(2)[0]?.bytes(1).toString() ?? '']),
    );
}

/** A protobuf message without its schema. */
interface Fields {
  bytes(number: number): Buffer;
  number(number: number): number;
  messages(number: number): Fields[];
}

function fieldsOf(message: Uint8Array): Fields {
  const values = new Map<number, unknown[]>();
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const value =
      wireType === 2 ? Buffer.from(reader.bytes()) : wireType === 0 ? reader.uint64() : reader.skip(wireType);
    values.set(number, [...(values.get(number) ?? []), value]);
  }
  const buffers = (number: number) => (values.get(number) ?? []).filter((value) => Buffer.isBuffer(value));
  return {
    bytes: (number) => buffers(number)[0] ?? Buffer.alloc(0),
    number: (number) => Number(values.get(number)?.[0] ?? 0),
    messages: (number) => buffers(number).map(fieldsOf),
  };
}
