/** The page that services send their spans to. */
import { BlockList, isIPv6 } from 'node:net';
import type { HttpHandler, HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';
import type { MeshIdentity } from '#chassis/tls/mesh-identity.ts';
import { peerOf } from '#chassis/tls/peer.ts';
import { readOtlp } from './read-otlp.ts';
import type { SpanStore } from './span-store.ts';

const PROTOBUF = 'application/x-protobuf';
const MOST_BYTES = 4 * 1024 * 1024;

class TooLarge extends Error {}

/** Who may send any, because operators are shown what is sent: services, by their certificates where they have some; else whoever is on this machine and no page in a browser. */
export function fromInside(identity: MeshIdentity | undefined): (request: HttpRequest) => boolean {
  const own = insiderAddresses();
  return ({ headers, socket }) => {
    if (headers.origin !== undefined) return false;
    if (identity) return 'service' in peerOf(socket, identity.trustDomain);
    const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    return own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}

function insiderAddresses(): BlockList {
  const own = new BlockList();
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  own.addAddress('::1', 'ipv6');
  return own;
}

export function receiveSpans(store: SpanStore, isInside: (request: HttpRequest) => boolean): HttpHandler {
  return async (request, response) => {
    if (request.method !== 'POST') return end(response, 405);
    if (!isInside(request)) return end(response, 403);
    if (request.headers['content-type']?.split(';')[0] !== PROTOBUF) return end(response, 415);
    try {
      store.add(readOtlp(await bodyOf(request)));
    } catch (error) {
      if (error instanceof TooLarge) response.setHeader('connection', 'close');
      return end(response, error instanceof TooLarge ? 413 : 400);
    }
    response.setHeader('content-type', PROTOBUF);
    // An ExportTraceServiceResponse that says nothing: all were taken.
    end(response, 200);
  };
}

async function bodyOf(request: HttpRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function end(response: HttpResponse, code: number): void {
  response.statusCode = code;
  response.end();
}
