import { exportJWK, generateKeyPair } from 'jose';
import { onTestFinished } from 'vitest';
import { loadConfig } from '#chassis/config.ts';
import { createLogger } from '#chassis/log.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { type As, serve } from '#chassis/testing/serve.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { identityConfig } from './config.ts';
import { buildIdentity, identity } from './identity.ts';
import { postbox } from './postbox.fixture.ts';

/** Time that stands still until a test moves it. */
function testClock(start = new Date()) {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

/** Identity on a database of its own, reached by its callers' way. Ends with the test. */
export async function startIdentity(environment: Record<string, string> = {}) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const SIGNING_KEY = JSON.stringify(await exportJWK(privateKey));
  const db = await testDatabase(identity.migrations ? [identity.migrations] : []);
  onTestFinished(() => db.drop());
  const clock = testClock();
  const post = postbox();
  const log = createLogger({ service: 'identity', version: '0', level: 'fatal' });
  const built = await buildIdentity({
    config: loadConfig(identityConfig, { SIGNING_KEY, UPSTREAM_NOTIFICATIONS: '127.0.0.1:9', ...environment }),
    db,
    log,
    clock,
    client: post.client,
  });
  for (const background of (built.background ?? []).filter(({ name }) => name === 'account mails')) {
    const running = await background.start();
    onTestFinished(async () => void (await running.stop()));
  }
  const served = await serve(built.routes, identity.errors ?? { domain: '', rules: {} });
  onTestFinished(() => served.stop());
  return {
    db,
    clock,
    mails: post.mails,
    built,
    served,
    /** Calls through the gateway, as somebody or as nobody. */
    through: (user?: As['user']) =>
      served.client(IdentityService, user ? { service: 'gateway', user } : { service: 'gateway' }),
    /** Types of the events announced about a user, in order. */
    async announced(userId: string): Promise<string[]> {
      const rows = await db.sql<
        { subject: string }[]
      >`select subject from outbox where aggregate_id = ${userId} order by seq`;
      return rows.map(({ subject }) => subject.replace('tradewind.identity.events.v1.', ''));
    },
  };
}

export const ada = { email: 'ada@example.org', password: 'correct horse', displayName: 'Ada' };
