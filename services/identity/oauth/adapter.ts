import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import { bearerHash } from '../app/bearer-hash.ts';
import type { OAuthStateStore } from '../app/ports.ts';

/** Reads an access token that somebody presents, in the open or under cover. */
export interface PresentedToken {
  /** The hash it is kept by; undefined when it is none of ours. */
  hashOf(presented: string): Promise<Buffer | undefined>;
  /** What to believe of one that is kept elsewhere. */
  payloadOf(presented: string): Promise<AdapterPayload | undefined>;
}

/** Stands in a payload for the id it is kept under. */
const OWN_ID = ':id';

/** Ten years: what is kept for ever is pruned with the rest. */
const LONGEST_SECONDS = 10 * 366 * 86_400;

/** Gives the library its memory in PostgreSQL, under hashes: whoever reads the tables can use nothing they find there. */
export function stateAdapter(
  store: OAuthStateStore,
  clients: { find(id: string): Promise<AdapterPayload | undefined> },
  tokens: PresentedToken,
): AdapterFactory {
  return (kind) => (kind === 'Client' ? clientAdapter(clients.find) : modelAdapter(kind, store, tokens));
}

/** Clients are not the library's to change. */
function clientAdapter(find: Adapter['find']): Adapter {
  const refused = () => Promise.reject(new Error('clients are kept elsewhere'));
  return {
    find,
    findByUid: refused,
    findByUserCode: refused,
    upsert: refused,
    consume: refused,
    destroy: refused,
    revokeByGrantId: refused,
  };
}

function modelAdapter(kind: string, store: OAuthStateStore, tokens: PresentedToken): Adapter {
  const isAccessToken = kind === 'AccessToken' || kind === 'ClientCredentials';
  // An access token is found by what it is outside, a JWT, and by nothing else: the id in it must open no door.
  const hash = (id: string) => (isAccessToken ? tokens.hashOf(id) : Promise.resolve(bearerHash(id)));
  return {
    async upsert(id, payload, expiresIn) {
      await store.put({
        kind,
        idHash: bearerHash(id),
        payload: withoutId(payload, id),
        grantId: payload.grantId,
        accountId: payload.accountId,
        uid: payload.uid,
        expireTime: new Date(Date.now() + (expiresIn ?? LONGEST_SECONDS) * 1000),
      });
    },
    async find(id) {
      const idHash = await hash(id);
      const found = idHash && (await store.find(kind, idHash));
      if (found) return withId(found, id);
      return kind === 'AccessToken' ? tokens.payloadOf(id) : undefined;
    },
    async findByUid(uid) {
      const found = await store.findByUid(kind, uid);
      return found && withId(found, uid);
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const idHash = bearerHash(id);
      if (await store.consume(kind, idHash)) return;
      // Two came at once with what may be used once. Nobody can tell which is the thief.
      const grantId = (await store.find(kind, idHash))?.payload.grantId;
      if (typeof grantId === 'string') await store.endGrant(grantId);
      throw new errors.InvalidGrant('already used');
    },
    async destroy(id) {
      const idHash = await hash(id);
      if (idHash) await store.remove(kind, idHash);
    },
    revokeByGrantId: (grantId) => store.removeOfGrant(kind, grantId),
  };
}

function withoutId(payload: AdapterPayload, id: string): Record<string, unknown> {
  const { jti: _, returnTo, session, ...rest } = payload;
  return {
    ...rest,
    ...(returnTo && { returnTo: returnTo.replaceAll(id, OWN_ID) }),
    ...(session && { session: { ...session, cookie: undefined } }),
  };
}

function withId({ payload, consumed }: { payload: Record<string, unknown>; consumed: number | undefined }, id: string) {
  const { returnTo } = payload;
  const found = {
    ...payload,
    jti: id,
    ...(typeof returnTo === 'string' && { returnTo: returnTo.replaceAll(OWN_ID, id) }),
    ...(consumed !== undefined && { consumed }),
  };
  return found as AdapterPayload;
}
