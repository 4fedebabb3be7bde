/** What identity's callers and readers take for given in their pacts. */
import { createRouterTransport } from '@connectrpc/connect';
import { exportJWK, generateKeyPair } from 'jose';
import { newId } from '#chassis/ids.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { bearerHash } from '../app/bearer-hash.ts';
import { identity } from '../identity.ts';
import { accountMailStore } from '../store/account-mail-store.ts';

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const ada = { email: 'ada@example.org', password: 'correct horse', displayName: 'Ada' };

export const identityProvider: PactProvider = {
  definition: identity,
  environment: {
    UPSTREAM_NOTIFICATIONS: '127.0.0.1:9',
    SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
  },
  // Nobody is mailed anything while states are brought about.
  upstreams: () => createRouterTransport(() => undefined),
  states({ client, db }) {
    const nobody = () => client(IdentityService, { service: 'gateway' });
    const user = (id: string) => ({ service: 'gateway', user: { id } });
    const as = (id: string) => client(IdentityService, user(id));
    const register = async () => {
      const { user } = await (await nobody()).register({ requestId: newId(), ...ada });
      return { user: user?.id ?? '' };
    };
    return {
      'no users': async () => undefined,
      'a registered user': register,
      async 'a user who changed their name'() {
        const known = await register();
        await (await as(known.user)).updateProfile({ displayName: 'Ada Lovelace' });
        return known;
      },
      async 'an erased user'() {
        const known = await register();
        await (await as(known.user)).eraseMe({});
        return known;
      },
      async 'a user who signed in'() {
        const known = await register();
        const { tokens } = await (await nobody()).login(ada);
        return { ...known, refreshToken: tokens?.refreshToken ?? '' };
      },
      async 'a user who was mailed a link'() {
        const known = await register();
        const linkToken = newId();
        const expireTime = new Date(Date.now() + 60_000);
        const link = { tokenHash: bearerHash(linkToken), userId: known.user, expireTime };
        await accountMailStore(db).keepLink({ ...link, kind: 'PASSWORD_RESET', email: null });
        return { ...known, linkToken };
      },
      async 'a user who was mailed a link for another address'() {
        const known = await register();
        const linkToken = newId();
        const expireTime = new Date(Date.now() + 60_000);
        const link = { tokenHash: bearerHash(linkToken), userId: known.user, expireTime };
        await accountMailStore(db).keepLink({ ...link, kind: 'EMAIL_CHANGE', email: 'ada@example.com' });
        return { ...known, linkToken };
      },
      async 'a user who has an API key'() {
        const known = await register();
        const request = { requestId: newId(), name: 'Warehouse sheet', scopes: ['orders:read'] };
        const { apiKey, secret } = await (await client(ApiKeysService, user(known.user))).createApiKey(request);
        return { ...known, apiKey: apiKey?.id ?? '', apiKeySecret: secret };
      },
      async 'a user of an operator'() {
        const { user: governed } = await register();
        await (await nobody()).login(ada);
        await (await nobody()).login({ ...ada, password: 'wrong horse' }).catch(() => undefined);
        return { governed };
      },
      async 'a user who signed in twice'() {
        const known = await register();
        for (let times = 0; times < 2; times++) await (await nobody()).login(ada);
        const { sessions } = await (await client(SessionsService, user(known.user))).listSessions({});
        return { ...known, session: sessions[0]?.id ?? '' };
      },
      async 'a user whose refresh token was used'() {
        const known = await register();
        const { tokens } = await (await nobody()).login(ada);
        const refreshToken = tokens?.refreshToken ?? '';
        await (await nobody()).refreshToken({ refreshToken });
        return { ...known, refreshToken };
      },
    };
  },
};
