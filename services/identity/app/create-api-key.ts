import { randomBytes } from 'node:crypto';
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { bearerHash } from './bearer-hash.ts';
import type { ApiKey, ApiKeyStore, SecurityLog } from './ports.ts';
import { daysAfter } from './token-pair.ts';

/** By which keys are known among other bearer tokens, and by programs that look for secrets in the wrong places. */
const PREFIX = 'tw_';
const SHOWN = 8;
const MOST = 20;
const DAYS = 90;

export interface CreateApiKeyInput {
  userId: string;
  requestId: string;
  name: string;
  scopes: readonly string[];
  /** 0 means as long as usual. */
  days: number;
}

/** Makes a key, whose secret is shown once and kept nowhere. A repeat whose answer got lost is given another secret for the same key. */
export function createApiKey(deps: { keys: ApiKeyStore; events: Pick<SecurityLog, 'record'>; clock: Clock }) {
  return async ({
    userId,
    requestId,
    name,
    scopes,
    days,
  }: CreateApiKeyInput): Promise<{ key: ApiKey; secret: string }> => {
    const now = deps.clock.now();
    if ((await deps.keys.countOf(userId, now)) >= MOST)
      throw new DomainError('TOO_MANY_API_KEYS', { most: String(MOST) });
    const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const key = await deps.keys.put({
      id: newId(),
      userId,
      requestId,
      name,
      scopes,
      secretHash: bearerHash(secret),
      hint: secret.slice(0, SHOWN),
      createTime: now,
      expireTime: daysAfter(now, days || DAYS),
      lastUseTime: null,
    });
    if (!key) throw new DomainError('REQUEST_ID_REUSED');
    await deps.events.record({ kind: 'API_KEY_CREATED', userId, actorId: userId, detail: name }, now);
    return { key, secret };
  };
}
