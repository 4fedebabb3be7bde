import { randomBytes } from 'node:crypto';
import type { Clock } from '#chassis/clock.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { bearerHash } from './bearer-hash.ts';
import type { Atomically } from './changes.ts';
import type { ApiKey } from './ports.ts';
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
export function createApiKey({ atomically, clock }: { atomically: Atomically; clock: Clock }) {
  return async ({ days, ...wanted }: CreateApiKeyInput): Promise<{ key: ApiKey; secret: string }> => {
    const now = clock.now();
    const { userId, name } = wanted;
    const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`;
    const key = await atomically(async ({ keys, events }) => {
      const made = await keys.put({
        ...wanted,
        id: newId(),
        secretHash: bearerHash(secret),
        hint: secret.slice(0, SHOWN),
        createTime: now,
        expireTime: daysAfter(now, days || DAYS),
        lastUseTime: null,
      });
      if (!made) throw new DomainError('REQUEST_ID_REUSED');
      if ((await keys.countOf(userId, now)) > MOST) throw new DomainError('TOO_MANY_API_KEYS', { most: String(MOST) });
      await events.record({ kind: 'API_KEY_CREATED', userId, actorId: userId, detail: name }, now);
      return made;
    });
    return { key, secret };
  };
}
