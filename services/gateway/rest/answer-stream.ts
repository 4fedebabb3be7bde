/** Writes the messages of a stream as they come: a JSON document a line, or as server-sent events for whoever asks for those. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type DescMethod, type Message, toJson } from '@bufbuild/protobuf';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';
import { outwardError } from './answer.ts';
import { errorBody } from './error-body.ts';

/** How one kind of stream looks on the wire. */
interface Format {
  type: string;
  message(json: string): string;
  error(json: string): string;
  end: string;
  /** Sent when nothing has been for a while, so that nobody between takes the connection for dead. */
  pulse: string | undefined;
}

const LINES: Format = {
  type: 'application/x-ndjson; charset=utf-8',
  message: (json) => `${json}\n`,
  error: (json) => `${json}\n`,
  end: '',
  pulse: undefined,
};

const EVENTS: Format = {
  type: 'text/event-stream; charset=utf-8',
  message: (json) => `data: ${json}\n\n`,
  error: (json) => `event: error\ndata: ${json}\n\n`,
  // A browser opens a stream again that has ended, unless the page closes it; this tells the page when.
  end: 'event: end\ndata: {}\n\n',
  pulse: ':\n\n',
};

/** A stream without a first message for so long is begun all the same, so that its reader knows it is open. */
const BEGIN_AFTER_MS = 1_000;
const PULSE_MS = 15_000;

/**
 * A failure before the first message is thrown, as it still can be told by a status; a later one ends the stream as its last message. `setHeaders` is called
 * when the head is about to be sent.
 */
export async function sendStream(
  request: HttpRequest,
  response: HttpResponse,
  { output }: DescMethod,
  messages: AsyncIterable<Message>,
  requestId: () => string,
): Promise<void> {
  const format = request.headers.accept?.includes('text/event-stream') ? EVENTS : LINES;
  const begin = () => {
    if (response.headersSent) return;
    response.statusCode = 200;
    response.setHeader('content-type', format.type);
    response.setHeader('cache-control', 'no-store');
    // HTTP/1 would send the head with the first bytes, which may be long in coming.
    if ('flushHeaders' in response) response.flushHeaders();
  };
  const sink: Writable = response;
  const { pulse } = format;
  const late = setTimeout(begin, BEGIN_AFTER_MS);
  const pulses =
    pulse === undefined ? undefined : setInterval(() => response.headersSent && sink.write(pulse), PULSE_MS);
  try {
    for await (const message of messages) {
      begin();
      const hasRoom = sink.write(format.message(JSON.stringify(toJson(output, message))));
      if (!hasRoom && !response.destroyed) await Promise.race([once(sink, 'drain'), once(sink, 'close')]);
    }
    begin();
    sink.end(format.end);
  } catch (failure) {
    if (!response.headersSent) throw failure;
    sink.end(format.error(JSON.stringify(errorBody(outwardError(failure, requestId()), requestId()))));
  } finally {
    clearTimeout(late);
    clearInterval(pulses);
  }
}
