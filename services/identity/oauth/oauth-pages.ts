import type { Provider } from 'oidc-provider';
import type { HttpHandler, HttpRequest } from '#chassis/rpc/plain-http.ts';
import type { MeshIdentity } from '#chassis/tls/mesh-identity.ts';
import { peerOf } from '#chassis/tls/peer.ts';
import { type InteractionDeps, interaction } from './interaction.ts';

/** Where the gateway says a request from outside came from. */
const CLIENT_ADDRESS = 'x-client-address';
const INTERACTION = '/oauth2/interaction/';
const DISCOVERY = '/.well-known/openid-configuration';

export interface OAuthPagesDeps extends Pick<InteractionDeps, 'check' | 'issuer'> {
  provider: Provider;
  /** With it only the gateway's own certificate makes its word on addresses good. */
  identity?: MeshIdentity | undefined;
}

/** The authorization server's part of identity's HTTP port. */
export function oauthPages(deps: OAuthPagesDeps): Record<string, HttpHandler> {
  const { provider, issuer, identity } = deps;
  const addressOf = addressRule(identity);
  const ask = interaction({ ...deps, addressOf });
  const serve = provider.callback();
  const { protocol, host } = new URL(issuer);
  const handle: HttpHandler = (request, response) => {
    // Whichever way a request came, users and clients know this server by its issuer, and every address it tells begins with that.
    Object.assign(request.headers, {
      'x-forwarded-proto': protocol.slice(0, -1),
      'x-forwarded-host': host,
      'x-forwarded-for': addressOf(request),
    });
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-security-policy', "frame-ancestors 'none'; base-uri 'none'");
    if (request.method === 'GET' && request.url === DISCOVERY)
      response.setHeader('cache-control', 'public, max-age=300');
    return request.url?.startsWith(INTERACTION) ? ask(request, response) : serve(request, response);
  };
  return { '/oauth2/*': handle, [DISCOVERY]: handle };
}

/** Limits on sign-in go by address, so whoever may write it there escapes them. */
function addressRule(identity: MeshIdentity | undefined): (request: HttpRequest) => string | undefined {
  return ({ headers, socket }) => {
    const peer = identity && peerOf(socket, identity.trustDomain);
    const isBelieved = peer === undefined || ('service' in peer && peer.service === 'gateway');
    const told = isBelieved ? headers[CLIENT_ADDRESS] : undefined;
    return typeof told === 'string' ? told : socket.remoteAddress;
  };
}
