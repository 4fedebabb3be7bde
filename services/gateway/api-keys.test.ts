import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { NEW_KEYS } from './api-keys.ts';
import { startMesh } from './mesh.fixture.ts';

const GOOD = `tw_${'g'.repeat(43)}`;
/** Addresses of this machine that a test may come from. */
const [FLOODER, SOMEBODY_ELSE] = ['127.0.0.1', '127.0.0.2'];

const newKey = () => `tw_${newId().replaceAll('-', '')}${newId().replaceAll('-', '').slice(0, 11)}`;

interface Answer {
  status: number;
  retryAfter: string | undefined;
  error?: { reason: string; message: string; metadata: Record<string, string> };
}

/** A gateway before an identity that knows one key, and counts how often it is asked. */
async function start() {
  const asked: string[] = [];
  let isAway = false;
  const exchangeApiKey = async ({ secret }: { secret: string }) => {
    asked.push(secret);
    if (isAway) throw new ConnectError('away', Code.Unavailable);
    if (secret !== GOOD) {
      const details = [{ desc: ErrorInfoSchema, value: { reason: 'INVALID_API_KEY', domain: 'identity.tradewind' } }];
      throw new ConnectError('this API key is not good', Code.Unauthenticated, undefined, details);
    }
    const expireTime = timestampFromDate(new Date(Date.now() + 900_000));
    return { accessToken: await mesh.userToken(newId()), expireTime };
  };
  const mesh = await startMesh(
    [
      [ApiKeysService, { exchangeApiKey } as never],
      [OrdersService, { listOrders: async () => ({}) } as never],
    ],
    // As `npm start` has them: many callers behind one address.
    {
      limits: {
        signedIn: { perSecond: 10_000, burst: 10_000, perHour: 0 },
        anonymous: { perSecond: 10_000, burst: 10_000, perHour: 0 },
      },
    },
  );
  onTestFinished(() => mesh.stop());

  /** Lists orders with a key, from an address. */
  async function list(key: string, localAddress: string): Promise<Answer> {
    const sent = request(`${mesh.url}/v2/orders`, { localAddress, headers: { 'x-api-key': key } }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const body = (await json(answer)) as Pick<Answer, 'error'>;
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], ...body };
  }

  return { asked, list, leave: () => (isAway = true) };
}

test('200 keys that are none cost identity no more questions than an address may cause, one by one or at once', async () => {
  for (const isAtOnce of [true, false]) {
    const { asked, list } = await start();
    const begin = performance.now();
    const answers: Answer[] = [];
    const keys = Array.from({ length: 200 }, newKey);
    if (isAtOnce) answers.push(...(await Promise.all(keys.map((key) => list(key, FLOODER)))));
    else for (const key of keys) answers.push(await list(key, FLOODER));
    const most = NEW_KEYS.burst + Math.ceil(((performance.now() - begin) / 1000) * NEW_KEYS.perSecond);
    expect(asked.length).toBeGreaterThanOrEqual(NEW_KEYS.burst);
    expect(asked.length).toBeLessThanOrEqual(most);
    const refused = answers.filter(({ status }) => status === 401);
    const turnedAway = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(asked.length);
    expect(turnedAway).toHaveLength(200 - asked.length);
    expect(refused[0]?.error).toMatchObject({ reason: 'UNAUTHENTICATED', metadata: { credential: 'user' } });
    expect(turnedAway[0]).toMatchObject({
      retryAfter: '1',
      error: {
        reason: 'RATE_LIMITED',
        message: 'too many API keys that are not known here came from your address: come back later',
      },
    });
  }
});

test('a key that is good works from another address meanwhile, and from the same one if it was known there', async () => {
  const { asked, list } = await start();
  expect((await list(GOOD, FLOODER)).status).toBe(200);
  await Promise.all(Array.from({ length: 200 }, () => list(newKey(), FLOODER)));
  expect((await list(GOOD, SOMEBODY_ELSE)).status).toBe(200);
  expect((await list(GOOD, FLOODER)).status).toBe(200);
  expect(asked.filter((secret) => secret === GOOD)).toHaveLength(1);
});

test('a key that is new works from another address while one is flooded', async () => {
  const { list } = await start();
  const flood = Promise.all(Array.from({ length: 100 }, () => list(newKey(), FLOODER)));
  expect((await list(GOOD, SOMEBODY_ELSE)).status).toBe(200);
  expect((await flood).map(({ status }) => status)).toContain(429);
});

test('one key that is none is asked for once, and one that cannot be asked for is asked for again', async () => {
  const { asked, leave, list } = await start();
  const key = newKey();
  for (let times = 0; times < 50; times++) expect((await list(key, FLOODER)).status).toBe(401);
  expect(asked).toHaveLength(1);
  leave();
  const other = newKey();
  expect((await list(other, SOMEBODY_ELSE)).error?.reason).toBe('CREDENTIALS_UNVERIFIABLE');
  expect((await list(other, SOMEBODY_ELSE)).error?.reason).toBe('CREDENTIALS_UNVERIFIABLE');
  expect(asked.filter((secret) => secret === other).length).toBeGreaterThanOrEqual(2);
});
