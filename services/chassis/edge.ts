import type { HttpFaceOptions } from './rpc/http-face.ts';
import type { Interceptor } from './rpc/interceptor.ts';
import type { HttpRequest } from './rpc/plain-http.ts';
import type { RpcServerOptions } from './rpc/server.ts';

/** What makes a service one that faces the outside: it serves one port only and lets outside callers use what `onBehalfOf` may. */
export interface Edge {
  onBehalfOf: string;
  /** Trades an API key for a token of its user; rejects with InvalidToken when it is not good. */
  exchange?: (apiKey: string) => Promise<string>;
  before: HttpFaceOptions['before'];
  faces?: HttpFaceOptions['faces'];
  /** Takes authentication, and makes of it what also counts whom it finds. */
  limited?: (authentication: Interceptor) => Interceptor;
  /** What browsers are shown, when the port speaks TLS. */
  certificate?: HttpFaceOptions['certificate'];
  /** How much of the port one client may take. */
  port?: HttpFaceOptions['limits'];
  isInsider: (request: HttpRequest) => boolean;
}

/** What the server of such a service does that others do not. */
export function shownOutside(
  edge: Edge,
): Pick<RpcServerOptions, 'before' | 'faces' | 'certificate' | 'limits' | 'isInsider'> {
  const { before, faces, certificate, port, isInsider } = edge;
  return { isInsider, certificate, limits: port, ...(before && { before }), ...(faces && { faces }) };
}
