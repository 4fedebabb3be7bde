/** Writes pacts: each example is answered by Pact's mock server, over real HTTP, to the code that really calls. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromJson,
  type JsonValue,
  type Message,
  type MessageInitShape,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { base64Encode } from '@bufbuild/protobuf/wire';
import { type Code, createRouterTransport, type Interceptor, type Transport } from '@connectrpc/connect';
import { codeToHttpStatus, codeToString } from '@connectrpc/connect/protocol-connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { MatchersV3, PactV4, type V3Request } from '@pact-foundation/pact';
import { afterAll, expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { ownerOf } from '../../events/subject.ts';
import type { Subscription } from '../../events/subscription.ts';
import { ids, replaceable, time } from './examples.ts';
import { settle } from './settle.ts';
import { answerShape, jsonOf, requestShape, TIMESTAMP } from './shape.ts';

process.env.PACT_DO_NOT_TRACK = 'true';

const { fromProviderState, like, regex, uuid } = MatchersV3;
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Refusal {
  code: Code;
  reason: string;
  /** `inventory.tradewind`. */
  domain: string;
  metadata?: Record<string, string>;
}

interface Occasion {
  /** The provider's state, and what it is made with. */
  given: string;
  params?: Record<string, string>;
  /** The role of the user on whose behalf the call is made; none when there is no user. */
  role?: string;
  /** The provider does not do this yet: verification shows it and does not fail. */
  pending?: boolean;
}

export interface Answered<M extends DescMethodUnary> extends Occasion {
  request: MessageInitShape<M['input']>;
  answer: MessageInitShape<M['output']>;
}

export interface Refused<M extends DescMethodUnary> extends Occasion {
  request: MessageInitShape<M['input']>;
  refusal: Refusal;
}

/** The pact between a caller and a service, as one test file writes it. */
export function pactBetween(consumer: string, provider: string, testFile: string) {
  const dir = mkdtempSync(join(tmpdir(), 'tradewind-pacts-'));
  const writer = relative(ROOT, fileURLToPath(testFile));
  const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });
  let written = 0;
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function call<M extends DescMethodUnary, T>(
    method: M,
    claim: string,
    example: Answered<M> | Refused<M>,
    run: (transport: Transport) => Promise<T>,
  ): Promise<T> {
    const { role } = example;
    const path = `/${method.parent.typeName}/${method.name}`;
    const headers: NonNullable<V3Request['headers']> = {
      'Content-Type': 'application/json',
      'x-tradewind-service': consumer,
    };
    if (role !== undefined) headers.authorization = fromProviderState(`Bearer user \${user} ${role}`, bearer(role));
    const sent: JsonValue[] = [];
    const done = await pact
      .addInteraction()
      .given(example.given, { ...example.params })
      .uponReceiving(`${method.parent.typeName}/${method.name}: ${claim}`)
      .pending(example.pending ?? false)
      .testName(writer)
      .withRequest('POST', path, (request) =>
        request.headers(headers).jsonBody(requestShape(jsonOf(method.input, example.request))),
      )
      .willRespondWith('refusal' in example ? codeToHttpStatus(example.refusal.code) : 200, (response) =>
        response
          .headers({ 'Content-Type': regex('^application/json', 'application/json') })
          .jsonBody(
            'refusal' in example
              ? refusalShape(example.refusal)
              : answerShape(method.output, jsonOf(method.output, example.answer)),
          ),
      )
      .executeTest(({ url }) =>
        run(connectJson(url, consumer, role, (message) => sent.push(toJson(method.input, message)))),
      );
    // Ids a state makes are compared by their form in a pact; here each must be the one that belongs there.
    expect(sent, `what ${consumer} sends to ${path}`).toEqual([jsonOf(method.input, example.request)]);
    written++;
    return done as T;
  }

  async function event<D extends DescMessage>(
    schema: D,
    claim: string,
    example: { given: string; params?: Record<string, string>; event: MessageInitShape<D>; pending?: boolean },
    readers: readonly Subscription[],
  ): Promise<void> {
    const json = jsonOf(schema, example.event);
    await pact
      .addAsynchronousInteraction()
      .given(example.given, { ...example.params })
      .pending(example.pending ?? false)
      .testName(writer)
      .expectsToReceive(`${schema.typeName}: ${claim}`, (message) =>
        message.withMetadata(eventHeaders(schema)).withJSONContent(answerShape(schema, json)),
      )
      .executeTest(({ contents }) => hand(schema, contents.content as JsonValue, readers));
    written++;
  }

  /** A stream's answer: the first message of a server's stream that says anything, the only one where the client streams. Pact knows no streams, so it is a message. */
  async function stream<M extends DescMethodStreaming>(
    method: M,
    claim: string,
    example: Occasion & { requests: MessageInitShape<M['input']>[]; answer: MessageInitShape<M['output']> },
    run: (transport: Transport) => Promise<void>,
  ): Promise<void> {
    const { role, requests } = example;
    const answer = answerShape(method.output, jsonOf(method.output, example.answer));
    await pact
      .addAsynchronousInteraction()
      .given(example.given, { ...example.params })
      .pending(example.pending ?? false)
      .testName(writer)
      .expectsToReceive(`${method.parent.typeName}/${method.name}: ${claim}`, (message) =>
        message.withJSONContent(answer).withMetadata({
          requests: JSON.stringify(requests.map((request) => jsonOf(method.input, request))),
          'x-tradewind-service': consumer,
          ...(role !== undefined && { authorization: bearer(role) }),
        }),
      )
      .executeTest(async ({ contents }) => {
        const message = fromJson(method.output, contents.content as JsonValue);
        async function* stream() {
          yield message;
        }
        const answer = method.methodKind === 'client_streaming' ? async () => message : stream;
        await run(createRouterTransport(({ rpc }) => rpc(method, answer as never)));
      });
    written++;
  }

  return {
    call,
    event,
    stream,
    /** Call it last: compares what the tests above wrote with what is committed, or commits it. */
    settled() {
      test(`the pact of ${consumer} with ${provider} is the committed one`, () => {
        expect(written).toBeGreaterThan(0);
        settle(join(dir, `${consumer}-${provider}.json`), writer);
      });
    },
  };
}

/** What the real transport shows with every call, written so that a verifier can tell whose real token to put in its place. */
function connectJson(
  baseUrl: string,
  service: string,
  role: string | undefined,
  sends: (message: Message) => void,
): Transport {
  const credentials: Interceptor = (next) => (request) => {
    if (!request.stream) sends(request.message);
    request.header.set('x-tradewind-service', service);
    if (role !== undefined) request.header.set('authorization', bearer(role));
    return next(request);
  };
  return createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false, interceptors: [credentials] });
}

const bearer = (role: string) => `Bearer user ${ids.user} ${role}`;

/** A refusal as Connect writes it. What a caller reads is `value`; `debug` says the same in words. Ids within may be others. */
function refusalShape({ code, reason, domain, metadata = {} }: Refusal) {
  const bytes = (more: Record<string, string>) =>
    toBinary(ErrorInfoSchema, create(ErrorInfoSchema, { reason, domain, metadata: more }));
  const value = base64Encode(bytes(metadata), 'std_raw');
  const isFixed = Object.values(metadata).every((each) => !replaceable.has(each));
  // Reason and domain come first, so they are what the first whole groups of three bytes say.
  const certain = value.slice(0, Math.floor(bytes({}).length / 3) * 4).replace(/[+/]/g, '\\$&');
  const told = Object.entries(metadata).map(([key, each]) => [key, replaceable.has(each) ? uuid(each) : each]);
  return {
    code: codeToString(code),
    message: like('a sentence for people'),
    details: [
      {
        type: ErrorInfoSchema.typeName,
        value: isFixed ? value : regex(`^${certain}.*$`, value),
        debug: { reason, domain, ...(told.length > 0 && { metadata: Object.fromEntries(told) }) },
      },
    ],
  };
}

/** Gives an event to those who read its type, as their consumer would. */
async function hand(schema: DescMessage, content: JsonValue, readers: readonly Subscription[]): Promise<void> {
  const mine = readers.filter((reader) => reader.schema.typeName === schema.typeName);
  expect(mine, `readers of ${schema.typeName}`).not.toEqual([]);
  const payload = toBinary(schema, fromJson(schema, content));
  const meta = {
    id: ids.event,
    type: schema.typeName,
    subject: ids.order,
    time,
    attempts: 1,
    correlationId: ids.event,
  };
  for (const reader of mine) await reader.handle(payload, { ...meta, causationId: undefined });
}

/** What an event says of itself: CloudEvents' names, one kind of message. */
function eventHeaders(schema: DescMessage): Record<string, ReturnType<typeof regex> | string> {
  return {
    'ce-specversion': '1.0',
    'ce-type': schema.typeName,
    'ce-source': `/tradewind/${ownerOf(schema)}`,
    'ce-id': uuid(ids.event),
    'ce-subject': regex('.+', ids.order),
    'ce-time': regex(TIMESTAMP, time.toISOString()),
    'ce-correlationid': regex('.+', ids.event),
  };
}
