import { timingSafeEqual } from 'node:crypto';
import type { JWK } from 'jose';
import { type Client, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from '#chassis/log.ts';
import { bearerHash } from '../app/bearer-hash.ts';
import type { OAuthClientStore, OAuthStateStore, SessionStore, TokenIssuer, UserStore } from '../app/ports.ts';
import { SCOPES } from '../domain/oauth-scopes.ts';
import { installAccessTokens } from './access-tokens.ts';
import { accounts } from './accounts.ts';
import { stateAdapter } from './adapter.ts';
import { clientMetadata, OWN_METADATA } from './client-metadata.ts';
import { existingGrant } from './existing-grant.ts';
import { issuedTokens } from './issued-tokens.ts';
import { errorPage, signedOutPage, signOutPage } from './pages.ts';
import { sendPage } from './send-page.ts';
import { VerifyOnlyKey } from './verify-only-key.ts';

export interface ProviderDeps {
  issuer: string;
  signingKey: JWK;
  published: { readonly keys: readonly JWK[] };
  store: OAuthStateStore;
  clients: OAuthClientStore;
  sessions: Pick<SessionStore, 'isOpen'>;
  users: Pick<UserStore, 'find'>;
  tokens: TokenIssuer;
  refreshDays: number;
  log: Logger;
  now: () => Date;
}

const MINUTE = 60;
const DAY = 86_400;

/** The authorization server: what of OAuth 2 and OpenID Connect we offer, and what we are strict about. */
export function createProvider(deps: ProviderDeps): Provider {
  const { issuer, signingKey, published, refreshDays } = deps;
  const others = published.keys.filter(({ kid }) => kid !== signingKey.kid).map((key) => new VerifyOnlyKey(key));
  const issued = issuedTokens(deps);
  const cookie = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:') } as const;
  const isConfidential = (client: Client) => client.kind !== 'PUBLIC';
  const provider = new Provider(issuer, {
    adapter: stateAdapter(deps.store, clientMetadata(deps.clients), issued),
    jwks: { keys: [{ ...signingKey, alg: 'ES256', use: 'sig' }, ...others] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'none'],
    extraClientMetadata: { properties: OWN_METADATA },
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: Object.keys(SCOPES),
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    // Nobody has to ask twice for what they were told once.
    conformIdTokenClaims: true,
    cookies: {
      names: { session: 'tradewind_sign_in', interaction: 'tradewind_asked', resume: 'tradewind_resume' },
      long: { ...cookie, path: '/oauth2' },
      // Each is good at one address only, which the library knows.
      short: cookie,
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      introspection: '/oauth2/introspect',
      revocation: '/oauth2/revoke',
      userinfo: '/oauth2/userinfo',
      end_session: '/oauth2/end-session',
      jwks: '/.well-known/jwks.json',
    },
    features: {
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_, client, token) =>
          client.kind === 'SERVICE' || (isConfidential(client) && token.clientId === client.clientId),
      },
      revocation: { enabled: true, allowedPolicy: mayRevoke },
      // For keys that verify only.
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => sendPage(ctx, signOutPage(form)),
        postLogoutSuccessSource: (ctx) => sendPage(ctx, signedOutPage()),
      },
      devInteractions: { enabled: false },
      // There is one resource, and its services know bearer tokens only.
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
    findAccount: accounts(deps.users),
    loadExistingGrant: existingGrant,
    interactions: { url: (_, { uid }) => `/oauth2/interaction/${uid}` },
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    // Whatever of a family is given up, all of it ends: the access tokens of a family are known by it.
    revokeGrantPolicy: () => true,
    clientBasedCORS: (_, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    renderError: (ctx, out) => sendPage(ctx, errorPage(out.error_description ?? out.error)),
    ttl: {
      AccessToken: 15 * MINUTE,
      ClientCredentials: 15 * MINUTE,
      IdToken: 15 * MINUTE,
      AuthorizationCode: MINUTE,
      Interaction: 30 * MINUTE,
      Session: refreshDays * DAY,
      Grant: refreshDays * DAY,
      RefreshToken: refreshDays * DAY,
    },
  });
  // The library reads where a request came to, and how, from these headers; `oauthPages` sets them.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function compare(this: Client, shown: string) {
    return timingSafeEqual(bearerHash(shown), Buffer.from(this.clientSecret ?? '', 'hex'));
  };
  provider.on('server_error', (_, error) => deps.log.error({ err: error }, 'the authorization server failed'));
  installAccessTokens(provider, deps.tokens, issued, deps.now);
  return provider;
}

/** Tokens are given up by whom they were given to. */
function mayRevoke(_: KoaContextWithOIDC, client: Client, token: { clientId?: string | undefined }): boolean {
  if (token.clientId === client.clientId) return true;
  throw new errors.InvalidRequest('the token is of another client');
}
