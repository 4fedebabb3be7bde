/** Which RPCs the gateway really passes on: each method it answers is called, and what it then asks for is noted. */
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import type { Route } from '#chassis/rpc/implementation.ts';
import { callAs } from '#chassis/testing/call.ts';
import { nameOf } from '../../test/architecture/contracts.ts';

/** `routesOver` puts the routes together over transports; here one stands for every service, and none answers. */
export async function passedOn(routesOver: (transport: Transport) => readonly Route[]): Promise<string[]> {
  const asked: string[] = [];
  const note: (method: Parameters<typeof nameOf>[0]) => Promise<never> = async (method) => {
    asked.push(nameOf(method));
    throw new ConnectError('it answers nobody', Code.Unavailable);
  };
  for (const { service, impl } of routesOver({ unary: note, stream: note })) {
    for (const method of service.methods) {
      const answer = impl[method.localName]?.(create(method.input) as never, callAs({ user: { id: 'none' } }, method));
      await settled(answer);
    }
  }
  return asked;
}

/** Waits for an answer, or for the first of a stream. All of them end in the refusal above, or in the gateway's own. */
async function settled(answer: unknown): Promise<void> {
  try {
    await (isStream(answer) ? answer[Symbol.asyncIterator]().next() : answer);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
  }
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}
