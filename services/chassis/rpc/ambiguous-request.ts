import type { IncomingMessage } from 'node:http';

/**
 * What is wrong with a request of HTTP/1 that Node reads, but that a proxy before us may read otherwise: where it ends, or whom it is for. Two readings of one
 * connection let a request hide in another (RFC 9112, section 11.2). Undefined when there is but one reading.
 */
export function ambiguity(request: IncomingMessage): string | undefined {
  const { httpVersion, headers } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'HTTP before version 1.0 is not spoken';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && httpVersion === '1.0') return 'transfer-encoding does not exist in HTTP/1.0';
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'the only transfer-encoding read is chunked';
  if (request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length > 1)
    return 'the host is named more than once';
  return undefined;
}
