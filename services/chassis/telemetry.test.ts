import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startTelemetry, withSpan } from './telemetry.ts';

const collector = createServer();
afterEach(() => void collector.close());

test('spans go below the path of the endpoint', async () => {
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const asked = new Promise<string | undefined>((resolve) => {
    collector.once('request', (request, response) => {
      request.resume();
      response.end();
      resolve(request.url);
    });
  });
  const { port } = collector.address() as AddressInfo;
  const otlpEndpoint = `http://127.0.0.1:${port}/tenant/7/`;
  const telemetry = await startTelemetry({ service: 'test', version: '0', otlpEndpoint });
  await withSpan('work', {}, async () => undefined);
  await telemetry.shutdown();
  expect(await asked).toBe('/tenant/7/v1/traces');
});
