import { type ClientHttp2Session, connect, constants } from 'node:http2';

/** What one round of load found. Times in milliseconds. */
export interface LoadResult {
  calls: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Frames a message as gRPC does: no compression, length, bytes. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

/**
 * Loads a gRPC server with unary calls over one HTTP/2 connection, `concurrency` at a time, for `calls` calls. Written on node:http2 and not on a
 * gRPC client, so that every server in a comparison meets the same, cheapest caller. Throws when a call does not end with grpc-status 0.
 */
export async function loadUnary(options: {
  port: number;
  path: string;
  body: Uint8Array;
  headers?: Record<string, string>;
  calls: number;
  concurrency: number;
}): Promise<LoadResult> {
  const session = connect(`http://127.0.0.1:${options.port}`);
  const frame = grpcFrame(options.body);
  const latencies = new Float64Array(options.calls);
  let next = 0;
  const worker = async () => {
    while (next < options.calls) {
      const index = next++;
      const begin = performance.now();
      await call(session, options.path, frame, options.headers ?? {});
      latencies[index] = performance.now() - begin;
    }
  };
  const begin = performance.now();
  try {
    await Promise.all(Array.from({ length: options.concurrency }, worker));
  } finally {
    session.close();
  }
  const seconds = (performance.now() - begin) / 1000;
  latencies.sort();
  return {
    calls: options.calls,
    seconds,
    perSecond: options.calls / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** The q-quantile of ascending values. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN;
}

function call(
  session: ClientHttp2Session,
  path: string,
  frame: Buffer,
  headers: Record<string, string>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc+proto',
      te: 'trailers',
      ...headers,
    });
    let status: unknown;
    stream.on('response', (fields) => {
      status = fields['grpc-status'] ?? status;
    });
    stream.on('trailers', (fields) => {
      status = fields['grpc-status'] ?? status;
    });
    stream.on('error', reject);
    stream.on('close', () => {
      if (String(status) === '0') resolve();
      else reject(new Error(`${path} ended with grpc-status ${String(status)}`));
    });
    stream.resume();
    stream.end(frame);
  });
}
