import { create, type DescMessage, toBinary } from '@bufbuild/protobuf';
import type { createConnectRouter } from '@connectrpc/connect';
import { undecodable } from './bad-request.ts';

type UniversalHandler = ReturnType<typeof createConnectRouter>['handlers'][number];
type UniversalRequest = Parameters<UniversalHandler>[0];
type UniversalResponse = Awaited<ReturnType<UniversalHandler>>;

/**
 * connect-node decodes a request before our chain sees it, so the error for a body that is no such message leaves without details, and as INTERNAL when the body
 * was binary. Whatever our chain answers has an ErrorInfo; an error that has none is made INVALID_ARGUMENT, with the field that could not be read.
 */
export function explainUnreadable(
  handler: UniversalHandler,
): (request: UniversalRequest) => Promise<UniversalResponse> {
  return async (request) => {
    const response = await handler(request);
    if ((response.status !== 400 && response.status !== 500) || !response.body) return response;
    const body = JSON.parse(await textOf(response.body)) as ConnectErrorBody;
    const told = body.details ? body : unreadable(handler.method.input, body.message ?? '');
    const bytes = Buffer.from(JSON.stringify(told));
    response.header?.set('content-length', String(bytes.length));
    return { ...response, status: body.details ? response.status : 400, body: once(bytes) };
  };
}

interface ConnectErrorBody {
  code: string;
  message?: string;
  details?: { type: string; value: string }[];
}

function unreadable(schema: DescMessage, problem: string): ConnectErrorBody {
  const error = undecodable(schema, problem);
  const details = error.details.flatMap((detail) =>
    'desc' in detail
      ? [
          {
            type: detail.desc.typeName,
            value: Buffer.from(toBinary(detail.desc, create(detail.desc, detail.value)))
              .toString('base64')
              .replace(/=+$/, ''),
          },
        ]
      : [],
  );
  return { code: 'invalid_argument', message: error.rawMessage, details };
}

async function textOf(body: NonNullable<UniversalResponse['body']>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
