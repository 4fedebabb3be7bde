import { readFileSync } from 'node:fs';
import { type DescMethod, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { isPublic } from './forward.ts';
import { startMesh } from './mesh.fixture.ts';
import { bindingsOf } from './rest/binding.ts';
import type { ErrorBody } from './rest/error-body.ts';
import { examples } from './rest/examples.ts';
import { requestOf } from './rest/request-of.ts';
import { contracts, upstreams } from './upstreams.ts';

const services = upstreams.flatMap((upstream) => contracts[upstream]);
const nameOf = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;
const table = services.flatMap((service) =>
  service.methods.flatMap((method) =>
    bindingsOf(method).map((binding) => ({
      what: `${binding.method} ${binding.path}`,
      name: nameOf(method),
      method,
      binding,
    })),
  ),
);

/** What reached each RPC, by its name. */
const reached = new Map<string, JsonValue[]>();
let mesh: Awaited<ReturnType<typeof startMesh>>;
let headers: Record<string, string>;

beforeAll(async () => {
  mesh = await startMesh(services.map((service) => [service, recorder(service.methods)]));
  headers = { authorization: `Bearer ${await mesh.userToken(newId(), ['SHOPPER', 'MERCHANT', 'OPERATOR'])}` };
});
afterAll(() => mesh.stop());

/** Stands in for a service: keeps each request and answers with an empty message. */
function recorder(methods: readonly DescMethod[]): Route['impl'] {
  const keep = (method: DescMethod, message: Message) => {
    reached.set(nameOf(method), [...(reached.get(nameOf(method)) ?? []), toJson(method.input, message) as JsonValue]);
    return {};
  };
  return Object.fromEntries(
    methods.map((method) => {
      const kinds = {
        unary: async (request: Message) => keep(method, request),
        async client_streaming(requests: AsyncIterable<Message>) {
          for await (const request of requests) keep(method, request);
          return {};
        },
        async *server_streaming(request: Message) {
          yield keep(method, request);
        },
        async *bidi_streaming(requests: AsyncIterable<Message>) {
          for await (const request of requests) yield keep(method, request);
        },
      };
      return [method.localName, kinds[method.methodKind] as Route['impl'][string]];
    }),
  );
}

test.each([
  ['GET', '/cart'],
  ['GET', '/orders?pageSize=5', '/orders'],
  ['GET', `/orders/${newId()}`],
  ['GET', `/orders/${newId()}/history`],
  ['POST', `/orders/${newId()}:cancel`],
])(
  'who asks for %s %s of a version on its way out is led to the newer one, and is answered there',
  async (method, path, to = path) => {
    const send = (at: string) =>
      fetch(`${mesh.url}${at}`, {
        method,
        headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
        ...(method === 'POST' && { body: '{}' }),
      });
    const { headers: told } = await send(`/v1${path}`);
    const link = told.get('link') ?? '';
    expect(link).toBe(`</v2${to}>; rel="successor-version"`);
    const followed = await send(link.slice(1, link.indexOf('>')));
    expect([followed.status, followed.headers.get('link')]).toEqual([200, null]);
  },
);

test('every RPC that outsiders may use has a path', () => {
  const without = services.flatMap((service) =>
    service.methods.filter((method) => isPublic(method) && bindingsOf(method).length === 0),
  );
  expect(without.map(nameOf)).toEqual([]);
});

test('no RPC that outsiders may not use has a path', () => {
  expect(table.filter(({ method }) => !isPublic(method)).map(({ name }) => name)).toEqual([]);
});

test.each(table)('$what reaches $name with every field', async ({ name, method, binding }) => {
  const message = examples[name] ?? {};
  expect(examples, 'an example of each RPC').toHaveProperty([name]);
  reached.delete(name);
  const isLines = method.methodKind === 'client_streaming';
  const { path, body } = requestOf(binding, message);
  const response = await fetch(`${mesh.url}${path}`, {
    method: binding.method,
    headers: {
      ...headers,
      ...(body !== undefined && { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(await response.text()).toBe('{}\n');
  expect(response.status).toBe(200);
  expect(reached.get(name)).toEqual([message]);
});

test('the page of an order has a path too', async () => {
  const [{ path = '' } = {}] = GatewayService.methods.flatMap(bindingsOf);
  const response = await fetch(`${mesh.url}${path.replace('{order_id}', newId())}`, { headers });
  expect(await response.json()).toMatchObject({ error: { code: 500, reason: 'INTERNAL' } });
  expect(reached.has(nameOf(OrdersService.method.getOrder))).toBe(true);
});

/** The method, address, headers and body of a curl command, with `variables` in place of what a shell would put in. */
function curl(command: string, variables: Record<string, string>): [url: string, init: RequestInit] {
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, literal, text, word]) => {
    return literal ?? (text ?? word ?? '').replace(/\$\{?(\w+)\}?/g, (_, name: string) => variables[name] ?? '');
  });
  const after = (option: string) => words.flatMap((word, at) => (word === option ? [words[at + 1] ?? ''] : []));
  const headers = after('-H').map((header) => header.split(': ', 2) as [string, string]);
  const [body] = after('-d');
  const [method = body === undefined ? 'GET' : 'POST'] = after('-X');
  return [words.at(-1) ?? '', { method, headers, ...(body !== undefined && { body }) }];
}

test('every curl example of the README is answered', async () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8').replaceAll('\\\n', ' ');
  const commands = readme.match(/^curl .*$/gm) ?? [];
  const token = headers.authorization?.replace('Bearer ', '') ?? '';
  const variables = { TOKEN: token, KEY: newId(), ORDER: newId() };
  const outcomes = await Promise.all(
    commands.map(async (command) => {
      const [url, init] = curl(command, variables);
      const response = await fetch(url.replace('http://localhost:8080', mesh.url), init);
      return `${command} ${response.status} ${await response.text()}`;
    }),
  );
  expect(outcomes.length).toBeGreaterThan(5);
  expect(outcomes.filter((outcome) => !outcome.endsWith(' 200 {}\n') && !outcome.endsWith(' 200 {}'))).toEqual([]);
});

test('an error looks as the README shows it', async () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? '') as ErrorBody;
  const { requestId } = shown.error;
  const response = await fetch(`${mesh.url}/v2/orders/7`, { headers: { ...headers, 'x-correlation-id': requestId } });
  expect(await response.json()).toEqual(shown);
});
