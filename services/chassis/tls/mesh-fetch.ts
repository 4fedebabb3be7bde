import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { MeshIdentity } from './mesh-identity.ts';
import { serverCheck } from './server-check.ts';

/** Gets a page, as `fetch` does. */
export type GetPage = (url: string, options?: { signal?: AbortSignal }) => Promise<Response>;

/** Gets pages of one service of the mesh, and of nobody else who may listen at its address: over mutual TLS where this process has an identity. */
export function fetchFrom(identity: MeshIdentity | undefined, service: string): GetPage {
  if (identity === undefined) return (url, options) => fetch(url, options);
  const checkServerIdentity = serverCheck(identity, service);
  return (url, { signal } = {}) => {
    const { ca, cert, key } = identity.current();
    return get(url, { ca, cert, key, checkServerIdentity, signal });
  };
}

/** Gets a page of a service, shown to be of the mesh by one of the authorities in `ca`, as somebody who has no certificate of their own. */
export function fetchWithAuthority(ca: Buffer): GetPage {
  return (url, { signal } = {}) => get(url, { ca, signal });
}

type Options = Exclude<Parameters<typeof request>[1], (response: IncomingMessage) => void>;

async function get(url: string, options: Omit<Options, 'signal'> & { signal: AbortSignal | undefined }) {
  // A connection for each page: they are few, and a kept one would outlive its certificate.
  const { signal, ...rest } = options;
  const asked = request(url, { ...rest, agent: false, ...(signal && { signal }) }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const body = new Uint8Array(await buffer(response));
  return new Response(body, {
    status: response.statusCode ?? 0,
    headers: { 'content-type': response.headers['content-type'] ?? '' },
  });
}
