import { Code } from '@connectrpc/connect';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { Role, UserState } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { ada, startIdentity } from './identity.fixture.ts';

/** What a refused call says. */
const refusal = (call: Promise<unknown>) => call.then(() => undefined, reasonOf);

describe('Register', () => {
  test('makes a shopper and announces it', async () => {
    const { through, announced } = await startIdentity();
    const client = await through();
    const { user } = await client.register({ requestId: newId(), ...ada, email: 'Ada@Example.org' });
    expect(user).toMatchObject({
      email: 'ada@example.org',
      displayName: 'Ada',
      roles: [Role.SHOPPER],
      state: UserState.ACTIVE,
    });
    expect(await announced(user?.id ?? '')).toEqual(['UserRegistered']);
  });

  test('gives a repeated request its first answer and announces nothing more', async () => {
    const { through, announced } = await startIdentity();
    const client = await through();
    const request = { requestId: newId(), ...ada };
    const first = await client.register(request);
    expect(await client.register(request)).toEqual(first);
    expect(await announced(first.user?.id ?? '')).toEqual(['UserRegistered']);
  });

  test('makes one account of a request that arrives several times at once', async () => {
    const { through, db } = await startIdentity();
    const client = await through();
    const request = { requestId: newId(), ...ada };
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.register(request)));
    expect(new Set(answers.map(({ user }) => user?.id)).size).toBe(1);
    expect(await db.sql`select id from user_account`).toHaveLength(1);
  });

  test.each([
    ['address', { email: 'eve@example.org' }],
    ['name', { displayName: 'Eve' }],
    ['password', { password: 'another horse' }],
  ])('refuses a request_id that comes again with another %s', async (_, difference) => {
    const { through } = await startIdentity();
    const client = await through();
    const request = { requestId: newId(), ...ada };
    await client.register(request);
    expect(await refusal(client.register({ ...request, ...difference }))).toMatchObject({
      reason: 'REQUEST_ID_REUSED',
      code: Code.AlreadyExists,
    });
  });

  test('refuses an address that is taken, however it is capitalised', async () => {
    const { through } = await startIdentity();
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    const second = client.register({ requestId: newId(), ...ada, email: 'ADA@example.org' });
    expect(await refusal(second)).toMatchObject({ reason: 'EMAIL_TAKEN', code: Code.AlreadyExists });
  });
});

describe('Login', () => {
  test('gives tokens that verify with the published keys', async () => {
    const { through, built, clock } = await startIdentity();
    const client = await through();
    const { user: registered } = await client.register({ requestId: newId(), ...ada });
    const { tokens, user } = await client.login(ada);
    expect(user).toEqual(registered);

    const body: string[] = [];
    const response = { setHeader: () => {}, end: (text: string) => body.push(text) };
    await built.http?.['/.well-known/jwks.json']?.({} as never, response as never);
    const { payload } = await jwtVerify(tokens?.accessToken ?? '', createLocalJWKSet(JSON.parse(body.join(''))), {
      audience: 'tradewind',
      currentDate: clock.now(),
    });
    expect(payload).toMatchObject({ sub: user?.id, roles: ['SHOPPER'] });
  });

  test('answers alike for an unknown account and a wrong password', async () => {
    const { through } = await startIdentity();
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    const wrong = await client.login({ ...ada, password: 'wrong horse' }).catch((error) => error);
    const unknown = await client.login({ ...ada, email: 'nobody@example.org' }).catch((error) => error);
    expect(reasonOf(wrong)).toMatchObject({ reason: 'INVALID_CREDENTIALS', code: Code.Unauthenticated, metadata: {} });
    expect(reasonOf(unknown)).toEqual(reasonOf(wrong));
    expect(unknown.message).toBe(wrong.message);
  });

  test('refuses even the right password after too many wrong ones, until the window ends', async () => {
    const { through, clock } = await startIdentity({ LOGIN_LIMIT_ACCOUNT: '3', LOGIN_LIMIT_WINDOW_SECONDS: '60' });
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    for (const password of ['wrong 1', 'wrong 2', 'wrong 3']) await refusal(client.login({ ...ada, password }));
    expect(await refusal(client.login(ada))).toMatchObject({
      reason: 'TOO_MANY_ATTEMPTS',
      code: Code.ResourceExhausted,
      metadata: { retry_after_seconds: '60' },
    });
    clock.pass(61);
    expect((await client.login(ada)).tokens).toBeDefined();
  });

  test('limits an account that does not exist just the same', async () => {
    const { through } = await startIdentity({ LOGIN_LIMIT_ACCOUNT: '1' });
    const client = await through();
    await refusal(client.login(ada));
    expect(await refusal(client.login(ada))).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
  });

  test('concurrent tries do not slip past the limit', async () => {
    const { through } = await startIdentity({ LOGIN_LIMIT_ACCOUNT: '3' });
    const client = await through();
    const tries = await Promise.all(Array.from({ length: 10 }, () => refusal(client.login(ada))));
    expect(tries.filter((answer) => answer?.reason === 'INVALID_CREDENTIALS')).toHaveLength(3);
    expect(tries.filter((answer) => answer?.reason === 'TOO_MANY_ATTEMPTS')).toHaveLength(7);
  });

  test('limits one address that tries many accounts', async () => {
    const { through } = await startIdentity({ LOGIN_LIMIT_ADDRESS: '2' });
    const client = await through();
    const from = (address: string) => ({ headers: { 'x-client-address': address } });
    const attempt = (name: string, address: string) =>
      refusal(client.login({ email: `${name}@example.org`, password: 'wrong horse' }, from(address)));
    await attempt('a', '192.0.2.1');
    await attempt('b', '192.0.2.1');
    expect(await attempt('c', '192.0.2.1')).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
    expect(await attempt('c', '192.0.2.2')).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  });

  test('keeps an address out for an hour once it failed five times within fifteen minutes, and tells operators', async () => {
    const { through, clock, db } = await startIdentity();
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    const from = { headers: { 'x-client-address': '192.0.2.1' } };
    for (let tried = 0; tried < 5; tried++)
      await refusal(client.login({ email: `${tried}@example.org`, password: 'wrong horse' }, from));
    const wait = { reason: 'TOO_MANY_ATTEMPTS', metadata: { retry_after_seconds: '3600' } };
    expect(await refusal(client.login(ada, from))).toMatchObject(wait);
    const [event] = await db.sql`select severity, source from security_event where kind = 'SOURCE_BLOCKED'`;
    expect(event).toEqual({ severity: 'HIGH', source: '192.0.2.1' });
    clock.pass(3_599);
    expect(await refusal(client.login(ada, from))).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
    clock.pass(1);
    expect((await client.login(ada, from)).tokens).toBeDefined();
  });

  test('somebody who tries an account from everywhere does not keep out its owner at home', async () => {
    const { through } = await startIdentity({ LOGIN_LIMIT_ACCOUNT: '2' });
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    const from = (address: string) => ({ headers: { 'x-client-address': address } });
    await client.login(ada, from('192.0.2.1'));
    for (const address of ['198.51.100.1', '198.51.100.2', '203.0.113.1'])
      await refusal(client.login({ ...ada, password: 'wrong horse' }, from(address)));
    expect(await refusal(client.login(ada, from('203.0.113.9')))).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
    expect((await client.login(ada, from('192.0.2.77'))).tokens).toBeDefined();
  });

  test('a right password is not held against anybody', async () => {
    const { through, db } = await startIdentity({ LOGIN_LIMIT_ACCOUNT: '2', LOGIN_LIMIT_ADDRESS: '2' });
    const client = await through();
    await client.register({ requestId: newId(), ...ada });
    const from = { headers: { 'x-client-address': '192.0.2.1' } };
    for (let sign = 0; sign < 5; sign++) await client.login(ada, from);
    expect(await db.sql`select count from login_attempt`).toEqual([{ count: 0 }]);
  });
});

describe('RefreshToken', () => {
  async function signedIn(environment?: Record<string, string>) {
    const running = await startIdentity(environment);
    const client = await running.through();
    await client.register({ requestId: newId(), ...ada });
    const { tokens } = await client.login(ada);
    return { ...running, client, refreshToken: tokens?.refreshToken ?? '' };
  }

  test('gives a new pair for each, and goes on so', async () => {
    const { client, refreshToken } = await signedIn();
    const second = (await client.refreshToken({ refreshToken })).tokens?.refreshToken ?? '';
    const third = (await client.refreshToken({ refreshToken: second })).tokens?.refreshToken ?? '';
    expect(new Set([refreshToken, second, third]).size).toBe(3);
  });

  test('is stored nowhere in clear', async () => {
    const { db, refreshToken } = await signedIn();
    const rows = await db.sql<{ token_hash: Buffer }[]>`select token_hash from session`;
    expect(rows.map(({ token_hash }) => token_hash.length)).toEqual([32]);
    expect(rows[0]?.token_hash.equals(Buffer.from(refreshToken, 'base64url'))).toBe(false);
  });

  test('ends the whole family when a spent one comes again', async () => {
    const { client, refreshToken } = await signedIn();
    const next = (await client.refreshToken({ refreshToken })).tokens?.refreshToken ?? '';
    expect(await refusal(client.refreshToken({ refreshToken }))).toMatchObject({
      reason: 'REFRESH_TOKEN_REUSED',
      code: Code.Unauthenticated,
    });
    expect(await refusal(client.refreshToken({ refreshToken: next }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });

  test('of many at once with one token exactly one succeeds, and the family ends', async () => {
    const { client, refreshToken } = await signedIn();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => client.refreshToken({ refreshToken })));
    const [winner, ...others] = answers.filter((answer) => answer.status === 'fulfilled');
    expect(others).toEqual([]);
    const reasons = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [reasonOf(answer.reason)?.reason] : [],
    );
    expect(reasons).toEqual(Array.from({ length: 7 }, () => 'REFRESH_TOKEN_REUSED'));
    const next = winner?.value.tokens?.refreshToken ?? '';
    expect(await refusal(client.refreshToken({ refreshToken: next }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });

  test('leaves other sessions of the same person alone', async () => {
    const { client, refreshToken } = await signedIn();
    const other = (await client.login(ada)).tokens?.refreshToken ?? '';
    await client.refreshToken({ refreshToken });
    await refusal(client.refreshToken({ refreshToken }));
    expect((await client.refreshToken({ refreshToken: other })).tokens).toBeDefined();
  });

  test('refuses one that nobody gave out, and one that ended', async () => {
    const { client, refreshToken, clock } = await signedIn({ REFRESH_TOKEN_DAYS: '1' });
    expect(await refusal(client.refreshToken({ refreshToken: 'x'.repeat(43) }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
      code: Code.Unauthenticated,
    });
    clock.pass(86_401);
    expect(await refusal(client.refreshToken({ refreshToken }))).toMatchObject({ reason: 'INVALID_REFRESH_TOKEN' });
  });

  test('does nothing after Logout, which answers the same for a token that never was', async () => {
    const { client, refreshToken } = await signedIn();
    const next = (await client.refreshToken({ refreshToken })).tokens?.refreshToken ?? '';
    expect(await client.logout({ refreshToken })).toEqual(await client.logout({ refreshToken: 'x'.repeat(43) }));
    expect(await refusal(client.refreshToken({ refreshToken: next }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });
});

describe('an account', () => {
  async function registered() {
    const running = await startIdentity();
    const client = await running.through();
    const { user } = await client.register({ requestId: newId(), ...ada });
    const id = user?.id ?? '';
    return { ...running, id, anonymous: client, own: await running.through({ id }) };
  }

  test('is shown to its owner and to operators, and to others does not exist', async () => {
    const { id, own, through } = await registered();
    const operator = await through({ id: newId(), roles: ['OPERATOR'] });
    const stranger = await through({ id: newId() });
    expect((await own.getUser({ userId: id })).user?.email).toBe(ada.email);
    expect((await operator.getUser({ userId: id })).user?.email).toBe(ada.email);
    expect(await refusal(stranger.getUser({ userId: id }))).toMatchObject({
      reason: 'USER_NOT_FOUND',
      code: Code.NotFound,
    });
    expect(await refusal(operator.getUser({ userId: newId() }))).toMatchObject({ reason: 'USER_NOT_FOUND' });
  });

  test('is given to services in batches that leave unknown ids out', async () => {
    const { id, anonymous } = await registered();
    const { users } = await anonymous.batchGetUsers({ userIds: [id, newId()] });
    expect(users.map((user) => user.id)).toEqual([id]);
  });

  test('takes a new name and announces it, once', async () => {
    const { id, own, announced } = await registered();
    expect((await own.updateProfile({ displayName: 'Countess' })).user?.displayName).toBe('Countess');
    await own.updateProfile({ displayName: 'Countess' });
    expect(await announced(id)).toEqual(['UserRegistered', 'UserUpdated']);
  });

  test('is exported whole, without hashes', async () => {
    const { own, anonymous } = await registered();
    await anonymous.login(ada);
    const { json } = await own.exportMyData({});
    expect(JSON.parse(json)).toMatchObject({
      user: { email: ada.email, displayName: 'Ada' },
      sessions: [{ revoked: false }],
    });
    expect(json).not.toMatch(/argon2|hash/i);
  });

  test('once erased leaves nothing personal, opens no session and is announced, once', async () => {
    const { id, own, anonymous, announced, db } = await registered();
    const { tokens } = await anonymous.login(ada);
    await own.eraseMe({});
    await own.eraseMe({});

    expect(await announced(id)).toEqual(['UserRegistered', 'UserErased']);
    expect((await own.getUser({ userId: id })).user).toMatchObject({
      email: '',
      displayName: '',
      state: UserState.ERASED,
    });
    const tables = await Promise.all([
      db.sql`select * from user_account`,
      db.sql`select * from session`,
      db.sql`select * from login_attempt`,
    ]);
    expect(JSON.stringify(tables, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
      /ada|argon2/i,
    );
    expect(await refusal(anonymous.login(ada))).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    expect(await refusal(anonymous.refreshToken({ refreshToken: tokens?.refreshToken ?? '' }))).toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
    expect(await refusal(own.updateProfile({ displayName: 'Ada' }))).toMatchObject({
      reason: 'USER_ERASED',
      code: Code.FailedPrecondition,
    });
  });

  test('once erased frees its address', async () => {
    const { own, anonymous } = await registered();
    await own.eraseMe({});
    expect((await anonymous.register({ requestId: newId(), ...ada })).user?.email).toBe(ada.email);
  });
});

describe('the first operator', () => {
  const environment = { BOOTSTRAP_OPERATOR_EMAIL: 'ops@example.org', BOOTSTRAP_OPERATOR_PASSWORD: 'a long password' };

  test('is made from the configuration and may sign in', async () => {
    const { through } = await startIdentity(environment);
    const client = await through();
    const { user } = await client.login({ email: 'ops@example.org', password: 'a long password' });
    expect(user?.roles).toEqual([Role.OPERATOR, Role.MERCHANT]);
  });
});
