import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import pino from 'pino';
import { expect, test } from 'vitest';
import { CatalogService, GetProductRequestSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { rpcOf } from '../rpcs.ts';
import { ServedCall } from '../served-call.ts';
import { errorConversion } from './error-conversion.ts';
import { logging } from './logging.ts';

const rpc = rpcOf(CatalogService.method.getProduct);

/** Makes a call that fails, after `end` if given, and gives the lines that were logged, each as level and message. */
async function linesOf(failure: Error, level: 'info' | 'debug', end?: ConnectError): Promise<[number, string][]> {
  const lines: [number, string][] = [];
  const log = pino({ level }, { write: (line) => lines.push([JSON.parse(line).level, JSON.parse(line).msg]) });
  const call = new ServedCall(rpc, { get: () => undefined }, undefined);
  const convert = errorConversion({ domain: 'test', rules: {} })(rpc);
  const handle = logging(log)(rpc)(
    convert(async () => {
      if (end) call.cancel(end.rawMessage, end.code);
      throw failure;
    }),
  );
  await handle(call, create(GetProductRequestSchema)).catch(() => undefined);
  return lines;
}

const { info, debug, error } = pino.levels.values;
const gone = new ConnectError('the caller is gone', Code.Canceled);

test('a caller that hangs up was refused nothing, so nobody is told unless they debug', async () => {
  expect(await linesOf(gone, 'info')).toEqual([]);
  expect(await linesOf(gone, 'debug')).toEqual([[debug, 'the caller is gone']]);
});

test('a refusal is information and a failure of ours is an error', async () => {
  expect(await linesOf(new ConnectError('no', Code.NotFound), 'info')).toEqual([[info, 'refused']]);
  expect(await linesOf(new Error('broken'), 'info')).toEqual([[error, 'failed']]);
});

test('work aborted because its call ended is no failure of ours, other aborted work is', async () => {
  const aborted = new DOMException('The operation was aborted', 'AbortError');
  expect(await linesOf(aborted, 'debug', gone)).toEqual([[debug, 'the caller is gone']]);
  const late = new ConnectError('the deadline passed', Code.DeadlineExceeded);
  expect(await linesOf(aborted, 'info', late)).toEqual([[info, 'refused']]);
  expect(await linesOf(aborted, 'info')).toEqual([[error, 'failed']]);
});
