/** Tells what the gateway relies on when it passes an RPC on: each example goes through the code that forwards, and comes back as it is. */
import {
  create,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type Message,
  type MessageInitShape,
  toJson,
} from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { callAs } from '#chassis/testing/call.ts';
import { type Answered, pactBetween, type Refused } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import { jsonOf } from '#chassis/testing/pact/shape.ts';
import { forward } from '../forward.ts';

export function forwardLaws(provider: string, testFile: string) {
  const pact = pactBetween('gateway', provider, testFile);
  return {
    answers<M extends DescMethodUnary>(method: M, claim: string, example: Answered<M>) {
      test(`${method.name}: ${claim}`, async () => {
        const answer = await pact.call(method, claim, example, (to) =>
          passOn(method, to, create(method.input, example.request), example.role),
        );
        expect(told(method, answer)).toEqual(jsonOf(method.output, example.answer));
      });
    },

    refuses<M extends DescMethodUnary>(method: M, claim: string, example: Refused<M>) {
      test(`${method.name}: ${claim}`, async () => {
        const { code, reason, metadata = {} } = example.refusal;
        const refusal = await pact.call(method, claim, example, (to) =>
          passOn(method, to, create(method.input, example.request), example.role).catch(reasonOf),
        );
        expect(refusal).toMatchObject({ code, reason, metadata });
      });
    },

    streams<M extends DescMethodStreaming>(
      method: M,
      claim: string,
      example: Omit<Answered<M & DescMethodUnary>, 'request' | 'answer'> & {
        requests: MessageInitShape<M['input']>[];
        answer: MessageInitShape<M['output']>;
      },
    ) {
      test(`${method.name}: ${claim}`, async () => {
        await pact.stream(method, claim, example, async (to) => {
          const sent = example.requests.map((request) => create(method.input, request));
          const input = method.methodKind === 'server_streaming' ? sent[0] : each(sent);
          const answer =
            method.methodKind === 'server_streaming'
              ? first(method, to, input, example.role)
              : passOn(method, to, input, example.role);
          expect(told(method, await answer)).toEqual(jsonOf(method.output, example.answer));
        });
      });
    },

    settled: pact.settled,
  };
}

type Handler = (request: unknown, call: Call) => unknown;

/** Calls what the gateway puts in the place of a service's RPC. */
function handle(method: DescMethod, transport: Transport, request: unknown, role: string | undefined): unknown {
  const handler = forward(method.parent, transport).impl[method.localName] as Handler;
  const user = role === undefined ? {} : { user: { id: ids.user, roles: [role] } };
  return handler(request, callAs(user, method));
}

async function passOn(method: DescMethod, transport: Transport, request: unknown, role: string | undefined) {
  return handle(method, transport, request, role);
}

async function first(method: DescMethod, transport: Transport, request: unknown, role: string | undefined) {
  for await (const answer of handle(method, transport, request, role) as AsyncIterable<unknown>) return answer;
  throw new Error(`${method} ended without an answer`);
}

const told = (method: DescMethod, answer: unknown) => toJson(method.output, answer as Message);

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
