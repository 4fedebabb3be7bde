/** What a provider says where no single HTTP answer holds it: the events it published, and the first message of a stream that says anything. */
import {
  createRegistry,
  type DescMethod,
  type DescMethodStreaming,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toJson,
} from '@bufbuild/protobuf';
import { createConnectTransport } from '@connectrpc/connect-node';
import type { Pact } from '#chassis/testing/pact/artefact.ts';
import { contracts } from '../../test/architecture/contracts.ts';
import { claimedBy } from './claimed.ts';
import { type Distortion, distorted, type Said } from './distortion.ts';
import type { RunningProvider } from './start-provider.ts';

const registry = createRegistry(...contracts);

type Answer = () => Promise<Said>;

/** For each message of the pacts what the provider really says, by the message's description. `known` puts what the state made in the place of examples; a `distortion` changes what one of them says. */
export function answersOf(
  provider: RunningProvider,
  pacts: readonly Pact[],
  known: (text: string) => string,
  distortion?: Distortion,
): Record<string, Answer> {
  const messages = pacts
    .flatMap(({ interactions }) => interactions)
    .filter(({ type }) => type === 'Asynchronous/Messages');
  return Object.fromEntries(
    messages.map(({ description, metadata }) => {
      const subject = description.slice(0, description.indexOf(':'));
      const isStream = metadata?.requests !== undefined;
      const answer = isStream ? () => streamed(provider, subject, metadata, known) : () => published(provider, subject);
      if (distortion?.subject !== subject) return [description, answer];
      return [description, async () => distorted(await answer(), distortion)];
    }),
  );
}

/** The last event of a type, as it lies in the outbox: payload and headers are those the relay publishes. */
async function published({ db }: RunningProvider, subject: string) {
  const schema = registry.getMessage(subject);
  if (!schema) throw new Error(`no contract has the event ${subject}`);
  const [row] = await db.sql<{ headers: Record<string, string>; payload: Uint8Array }[]>`
    select headers, payload from outbox where subject = ${subject} order by seq desc limit 1`;
  if (!row) throw new Error(`the state published no ${subject}`);
  return {
    __pactMessageMetadata: { ...row.headers, contentType: 'application/json' },
    message: toJson(schema, fromBinary(schema, row.payload)),
  };
}

/** The first message that says anything of a stream the provider really opens, or the only one where the caller streams. */
async function streamed(
  provider: RunningProvider,
  rpc: string,
  metadata: Record<string, string>,
  known: (text: string) => string,
) {
  const method = streamingMethod(rpc);
  const requests = JSON.parse(known(metadata.requests ?? '[]')) as JsonValue[];
  const claimed = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, known(value)]));
  const transport = createConnectTransport({ baseUrl: provider.url, httpVersion: '1.1', useBinaryFormat: false });
  const enough = new AbortController();
  const headers = await provider.headers(claimedBy(claimed));
  const sent = requests.map((request) => fromJson(method.input, request));
  const answer = await transport.stream(method, enough.signal, undefined, headers, each(sent));
  for await (const message of answer.message) {
    const told = toJson(method.output, message) as JsonObject;
    // An empty message says only that the stream stands.
    if (Object.keys(told).length === 0) continue;
    enough.abort();
    return { __pactMessageMetadata: metadata, message: told };
  }
  throw new Error(`${rpc} ended without an answer that says anything`);
}

function streamingMethod(rpc: string): DescMethodStreaming {
  const [service = '', name] = rpc.split('/');
  const method = registry.getService(service)?.methods.find((candidate) => candidate.name === name);
  if (!method || !isStreaming(method)) throw new Error(`no contract has the stream ${rpc}`);
  return method;
}

function isStreaming(method: DescMethod): method is DescMethodStreaming {
  return method.methodKind !== 'unary';
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
