import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { SCOPES } from '../domain/oauth-scopes.ts';

/** What a user has allowed a client before. One of ours may do what it asks for: nobody is asked about it. */
export async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { provider, client, session, result } = ctx.oidc;
  if (!client || !session) return undefined;
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const known = id === undefined ? undefined : await provider.Grant.find(id);
  if (known || client.ours !== true || session.accountId === undefined) return known;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(client.scope ?? Object.keys(SCOPES).join(' '));
  await grant.save();
  return grant;
}
