import {
  type DescMessage,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type FileRegistry,
  fromJson,
  type JsonObject,
  type Message,
  toJson,
} from '@bufbuild/protobuf';
import type { StreamResponse, Transport, UnaryResponse } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useEffect, useRef, useState } from 'react';

/** A call as far as it has come. */
export interface Called {
  /** Answers as JSON, the newest last; of a long stream the newest only. */
  messages: readonly string[];
  /** How many came in all. */
  count: number;
  header: readonly (readonly [name: string, value: string])[];
  tookMs: number;
  /** Undefined while nothing failed. */
  error: unknown;
}

const MOST_MESSAGES = 50;
const NOTHING: Called = { messages: [], count: 0, header: [], tookMs: 0, error: undefined };

/** Calls an RPC that is known by its descriptor only, with the session's own token; a stream until it is stopped. */
export function useCall(method: DescMethod, registry: FileRegistry) {
  const transport = useTransport();
  const [called, setCalled] = useState<Called>();
  const [running, setRunning] = useState<AbortController>();
  const last = useRef<AbortController>(undefined);
  useEffect(() => () => last.current?.abort(), []);
  return {
    called,
    isRunning: running !== undefined,
    stop: () => last.current?.abort(),
    start(request: JsonObject) {
      const call = new AbortController();
      last.current?.abort();
      last.current = call;
      setRunning(call);
      setCalled(undefined);
      const began = performance.now();
      let now = NOTHING;
      const put = (part: Partial<Called>) => {
        now = { ...now, ...part, tookMs: performance.now() - began };
        if (last.current === call) setCalled(now);
      };
      const take = (message: Message) => {
        const text = JSON.stringify(toJson(method.output, message, { registry }), null, 2);
        put({ messages: [...now.messages, text].slice(-MOST_MESSAGES), count: now.count + 1 });
      };
      makeCall(transport, method, registry, request, call.signal, (header) => put({ header: [...header] }), take)
        .catch((error: unknown) => {
          if (!call.signal.aborted) put({ error });
        })
        .finally(() => {
          if (last.current === call) setRunning(undefined);
        });
    },
  };
}

async function makeCall(
  transport: Transport,
  method: DescMethod,
  registry: FileRegistry,
  request: JsonObject,
  signal: AbortSignal,
  begin: (header: Headers) => void,
  take: (message: Message) => void,
): Promise<void> {
  const input = fromJson(method.input, request, { registry });
  const answer: UnaryResponse | StreamResponse =
    method.methodKind === 'server_streaming'
      ? await transport.stream(
          method as DescMethodServerStreaming<DescMessage, DescMessage>,
          signal,
          undefined,
          undefined,
          only(input),
        )
      : await transport.unary(method as DescMethodUnary<DescMessage, DescMessage>, signal, undefined, undefined, input);
  begin(answer.header);
  if (!answer.stream) return take(answer.message);
  for await (const message of answer.message) take(message);
}

async function* only<T>(message: T): AsyncIterable<T> {
  yield message;
}
