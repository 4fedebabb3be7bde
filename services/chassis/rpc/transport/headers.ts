import { encodeBinaryHeader } from '@connectrpc/connect';
import type { Metadata } from '@grpc/grpc-js';

/** Shows gRPC metadata as the Headers the Connect API speaks; binary values are base64, as on the wire. */
export function headersOf(metadata: Metadata | undefined): Headers {
  const headers = new Headers();
  if (metadata === undefined) return headers;
  for (const [name, values] of Object.entries(metadata.toJSON())) {
    if (name === 'grpc-status-details-bin' || !Array.isArray(values)) continue;
    for (const value of values)
      headers.append(name, Buffer.isBuffer(value) ? encodeBinaryHeader(value) : String(value));
  }
  return headers;
}
