import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { grpcFrame } from '../grpc-load.ts';
import { responseBytes } from './product.ts';
import { report } from './report.ts';

/** The floor: node:http2 answering prepared bytes. */
const frame = grpcFrame(responseBytes);
const server = createServer();
server.on('stream', (stream) => {
  stream.on('data', () => undefined);
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame);
  });
});
server.listen(0, '127.0.0.1', () => report((server.address() as AddressInfo).port));
