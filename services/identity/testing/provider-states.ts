/** What identity's callers and readers take for given in their pacts. */
import { exportJWK, generateKeyPair } from 'jose';
import { newId } from '#chassis/ids.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { identity } from '../identity.ts';

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const ada = { email: 'ada@example.org', password: 'correct horse', displayName: 'Ada' };

export const identityProvider: PactProvider = {
  definition: identity,
  environment: {
    UPSTREAM_NOTIFICATIONS: '127.0.0.1:9',
    SIGNING_KEY: JSON.stringify(await exportJWK(privateKey)),
  },
  states({ client }) {
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
