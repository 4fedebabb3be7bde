import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { bearerHash } from '../app/bearer-hash.ts';
import type { AccessGrant, TokenIssuer } from '../app/ports.ts';
import type { Account } from './accounts.ts';
import { covered } from './cover.ts';
import type { IssuedTokens } from './issued-tokens.ts';

const TAKES_A_TOKEN = new Set(['/oauth2/introspect', '/oauth2/revoke']);

/**
 * Gives out the same access tokens as Login does: the library makes a token that it can look up and end, and what leaves the house instead is a JWT that stands
 * for it. On the way back in the JWT is read again.
 */
export function installAccessTokens(
  provider: Provider,
  issuer: TokenIssuer,
  issued: IssuedTokens,
  now: () => Date,
): void {
  provider.use(async (ctx, next) => {
    if (ctx.method === 'POST' && TAKES_A_TOKEN.has(ctx.path)) Object.assign(ctx, { req: await covered(ctx.req) });
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    if (oidc?.route === 'token' && ctx.status === 200) {
      const { token } = await issuer.issue(grantOf(oidc), now());
      ctx.body = { ...(ctx.body as object), access_token: token };
    }
    if (oidc?.route === 'introspection' && isActive(ctx.body)) {
      const claims = await issued.claimsOf(String(oidc.params?.token));
      ctx.body = { ...ctx.body, ...claims };
    }
  });
}

function isActive(body: unknown): body is { active: true } {
  return typeof body === 'object' && body !== null && 'active' in body && body.active === true;
}

function grantOf({ entities, client }: KoaContextWithOIDC['oidc']): AccessGrant {
  const { AccessToken: user, ClientCredentials: own } = entities;
  const token = user ?? own;
  if (!token || !client) throw new Error('a token was answered that nobody made');
  const id = bearerHash(token.jti).toString('base64url');
  const { clientId } = client;
  if (own) {
    const subject = client.kind === 'SERVICE' ? `service:${clientId}` : `client:${clientId}`;
    return { id, subject, clientId, scope: own.scope };
  }
  const { roles } = entities.Account as Account;
  return { id, subject: user?.accountId ?? '', clientId, scope: user?.scope, roles, sessionId: user?.grantId };
}
