import {
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { createClient, createRouterTransport, type ServiceImpl } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { contracts, rpcServices } from '../architecture/contracts.ts';
import { registry, services, version } from './released.fixture.ts';
import { sample } from './sample.ts';
import { tomorrow } from './tomorrow.ts';

const ours = (types: Iterable<DescMessage | { kind: string }>) =>
  [...types]
    .filter((type): type is DescMessage => type.kind === 'message')
    .filter(({ typeName }) => typeName.startsWith('tradewind.'));

interface Release {
  messages: DescMessage[];
  services: readonly DescService[];
}
const released: Release = { messages: ours(registry), services };
const today: Release = { messages: contracts.flatMap((file) => ours(file.messages)), services: rpcServices };
const later = tomorrow(contracts);
const next: Release = {
  messages: ours(later),
  services: rpcServices.flatMap(({ typeName }) => later.getService(typeName) ?? []),
};

/** The older first. */
const pairs: [name: string, older: Release, newer: Release][] = [
  [`release ${version} and today`, released, today],
  [`release ${version} and tomorrow`, released, next],
  ['today and tomorrow', today, next],
];

/** A message of one description, read by another that knows fewer or more fields. */
const read = (message: Message, from: DescMessage, to: DescMessage) => fromBinary(to, toBinary(from, message));

/** What one description says, as far as another knows it. In binary an enum value that the other has no name for keeps its number; in JSON it is left out. */
const told = (message: Message, from: DescMessage, to: DescMessage, { binary = true } = {}): JsonValue =>
  toJson(to, fromJson(to, toJson(from, message, { enumAsInteger: binary }), { ignoreUnknownFields: true }));

function named<T extends { typeName: string }>(all: readonly T[], { typeName }: T): T {
  const found = all.find((each) => each.typeName === typeName);
  if (!found) throw new Error(`${typeName} is gone`);
  return found;
}

test('there is much to compare', () => {
  expect([released.messages.length > 100, next.messages.length > today.messages.length]).toEqual([true, true]);
  expect(next.services).toHaveLength(today.services.length);
});

describe.each(pairs)('messages of %s', (_, older, newer) => {
  test('none is gone, and no field of theirs', () => {
    const fieldsOf = (message: DescMessage) => message.fields.map(({ name, number }) => `${number} ${name}`);
    for (const old of older.messages) {
      expect(fieldsOf(named(newer.messages, old)), old.typeName).toEqual(expect.arrayContaining(fieldsOf(old)));
    }
  });

  test('what the older writes the newer reads, and gives back whole', () => {
    for (const old of older.messages) {
      const now = named(newer.messages, old);
      const written = sample(old);
      const seen = read(written, old, now);
      expect(toJson(now, seen), old.typeName).toEqual(told(written, old, now));
      expect(toJson(old, read(seen, now, old)), old.typeName).toEqual(toJson(old, written));
    }
  });

  test('what the newer writes the older reads, and gives back whole', () => {
    for (const old of older.messages) {
      const now = named(newer.messages, old);
      const written = sample(now);
      const seen = read(written, now, old);
      expect(toJson(old, seen), old.typeName).toEqual(told(written, now, old));
      expect(toJson(now, read(seen, old, now)), old.typeName).toEqual(toJson(now, written));
    }
  });
});

/** A server that knows one description and answers each call with a sample. `seen` is told what it read. */
function serverOf(service: DescService, seen: (method: DescMethod, request: JsonValue) => void) {
  const answer = (method: DescMethod) => {
    const note = (request: Message) => seen(method, toJson(method.input, request));
    switch (method.methodKind) {
      case 'unary':
        return async (request: Message) => {
          note(request);
          return sample(method.output);
        };
      case 'server_streaming':
        return async function* (request: Message) {
          note(request);
          yield sample(method.output);
        };
      default:
        return async (requests: AsyncIterable<Message>) => {
          for await (const request of requests) note(request);
          return sample(method.output);
        };
    }
  };
  const impl = Object.fromEntries(service.methods.map((method) => [method.localName, answer(method)]));
  return impl as unknown as Partial<ServiceImpl<DescService>>;
}

type AnyClient = Record<string, (request: unknown) => Promise<Message> & AsyncIterable<Message>>;

async function firstOf(answer: Promise<Message> & AsyncIterable<Message>): Promise<Message> {
  if (!(Symbol.asyncIterator in answer)) return answer;
  for await (const message of answer) return message;
  throw new Error('no answer');
}

async function* one<T>(value: T): AsyncIterable<T> {
  yield value;
}

/** Calls every RPC that the caller knows, and claims that both sides read what the other wrote as far as they know it. */
async function expectUnderstanding(caller: DescService, callee: DescService, binary: boolean) {
  const requests = new Map<string, JsonValue>();
  const impl = serverOf(callee, (method, request) => requests.set(method.name, request));
  const transport = createRouterTransport(({ service }) => service(callee, impl), {
    transport: { useBinaryFormat: binary },
  });
  const client = createClient(caller, transport) as unknown as AnyClient;
  for (const method of caller.methods) {
    const served = callee.methods.find(({ name }) => name === method.name);
    if (!served) continue;
    const request = sample(method.input);
    const streams = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
    const answer = await firstOf(client[method.localName]?.(streams ? one(request) : request) as never);
    expect(requests.get(method.name), String(method)).toEqual(told(request, method.input, served.input, { binary }));
    expect(toJson(method.output, answer), String(method)).toEqual(
      told(sample(served.output), served.output, method.output, { binary }),
    );
  }
  return requests.size;
}

describe.each(pairs)('services of %s', (_, older, newer) => {
  test('none is gone, and no RPC of theirs', () => {
    for (const old of older.services) {
      const names = named(newer.services, old).methods.map(({ name, methodKind }) => `${name} ${methodKind}`);
      expect(names).toEqual(expect.arrayContaining(old.methods.map(({ name, methodKind }) => `${name} ${methodKind}`)));
    }
  });

  test.each([
    ['binary', true],
    ['JSON', false],
  ] as const)('callers and services understand each other both ways, in %s', async (_format, isBinary) => {
    for (const old of older.services) {
      const now = named(newer.services, old);
      expect(await expectUnderstanding(old, now, isBinary)).toBe(old.methods.length);
      expect(await expectUnderstanding(now, old, isBinary)).toBe(old.methods.length);
    }
  });
});
