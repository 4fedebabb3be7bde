import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { committedPacts } from '../verify/pacts.ts';
import { publish } from './broker.ts';

interface Request {
  line: string;
  authorization: string | undefined;
  body: unknown;
}

let server: Server;
let url: string;
let seen: Request[];
/** What the broker answers to publications; 200 is all well. */
let status: number;

/** Answers as the documentation of the broker's API shows it. */
beforeEach(async () => {
  seen = [];
  status = 200;
  server = createServer((request, response) => {
    void (async () => {
      const body = request.method === 'POST' ? await json(request) : undefined;
      seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
      const results = `${url}/pacts/provider/payments/consumer/orders/pact-version/abc/verification-results`;
      response.writeHead(status, { 'content-type': 'application/hal+json' });
      response.end(JSON.stringify({ _links: { 'pb:publish-verification-results': { href: results } } }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const pacts = committedPacts()
  .map(({ pact }) => pact)
  .filter(({ consumer, provider }) => consumer.name === 'orders' && provider.name === 'payments');
const results = [
  {
    ...{ consumer: 'orders', provider: 'payments', pactHash: '', contractHash: '' },
    ...{ interactions: 1, result: 'verified' as const, failures: [], pending: [] },
  },
];
const publication = { version: 'c0ffee', branch: 'main', pacts, results };

test('a broker gets the pacts of a consumer, and each result where it says that it goes', async () => {
  await publish({ url, authorization: 'Bearer secret' }, publication);
  const content = Buffer.from(JSON.stringify(pacts[0])).toString('base64');
  expect(seen).toEqual([
    {
      line: 'POST /contracts/publish',
      authorization: 'Bearer secret',
      body: {
        ...{ pacticipantName: 'orders', pacticipantVersionNumber: 'c0ffee', branch: 'main' },
        contracts: [
          {
            ...{ consumerName: 'orders', providerName: 'payments', specification: 'pact' },
            ...{ contentType: 'application/json', content },
          },
        ],
      },
    },
    {
      line: 'GET /pacts/provider/payments/consumer/orders/version/c0ffee',
      authorization: 'Bearer secret',
      body: undefined,
    },
    {
      line: 'POST /pacts/provider/payments/consumer/orders/pact-version/abc/verification-results',
      authorization: 'Bearer secret',
      body: { success: true, providerApplicationVersion: 'c0ffee' },
    },
  ]);
});

test('what a broker refuses is told with its words', async () => {
  status = 409;
  await expect(publish({ url }, publication)).rejects.toThrow(/contracts\/publish answered 409: .*_links/);
});

test('a broker that is away is named', async () => {
  await expect(publish({ url: 'http://127.0.0.1:1' }, publication)).rejects.toThrow(
    'http://127.0.0.1:1/contracts/publish cannot be reached',
  );
});
