import type { AdapterPayload } from 'oidc-provider';
import { FIRST_PARTY } from '../app/first-party.ts';
import type { OAuthClient, OAuthClientStore } from '../app/ports.ts';

/** Names that clients carry beside those of the standard. */
export const OWN_METADATA = ['kind', 'ours'];

/** Tells the library of our clients in its words. */
export function clientMetadata(clients: OAuthClientStore) {
  return {
    async find(id: string): Promise<AdapterPayload | undefined> {
      if (id === FIRST_PARTY) return metadataOf(firstParty);
      const client = await clients.find(id);
      return client && metadataOf(client);
    },
  };
}

/** Holds the tokens of Login. There is no door by which it could ask for any. */
const firstParty: OAuthClient = {
  id: FIRST_PARTY,
  kind: 'PUBLIC',
  name: 'Tradewind',
  secretHash: undefined,
  redirectUris: [],
  postLogoutRedirectUris: [],
  scopes: [],
  trusted: true,
};

function metadataOf(client: OAuthClient): AdapterPayload {
  const { id, kind, name, secretHash, redirectUris, postLogoutRedirectUris, scopes, trusted } = client;
  const hasUsers = redirectUris.length > 0;
  return {
    client_id: id,
    client_name: name,
    kind,
    ours: trusted,
    // Its hash, which `compareClientSecret` knows.
    ...(secretHash && { client_secret: secretHash.toString('hex') }),
    token_endpoint_auth_method: secretHash ? 'client_secret_basic' : 'none',
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
    response_types: hasUsers ? ['code'] : [],
    grant_types: [
      ...(hasUsers ? ['authorization_code', 'refresh_token'] : []),
      ...(secretHash ? ['client_credentials'] : []),
    ],
    application_type: isNative(client) ? 'native' : 'web',
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  };
}

/** A program on the user's own machine (RFC 8252): anybody there can take its name, so its users are always asked. */
function isNative({ redirectUris, trusted }: OAuthClient): boolean {
  return !trusted && redirectUris.some((uri) => !uri.startsWith('https:'));
}
