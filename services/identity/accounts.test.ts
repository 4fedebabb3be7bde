import { Code } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import {
  IdentityOperationsService,
  SecurityEventKind,
  SecuritySeverity,
} from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Role, UserState } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { ada, startIdentity } from './identity.fixture.ts';
import { tokenOf } from './postbox.fixture.ts';

const NEW = 'another correct horse';
const refusal = (call: Promise<unknown>) => call.then(() => undefined, reasonOf);

/** Ada's account, and clients that act for her. */
async function startWithAda(environment?: Record<string, string>) {
  const running = await startIdentity(environment);
  const anyone = await running.through();
  const { user } = await anyone.register({ requestId: newId(), ...ada });
  const id = user?.id ?? '';
  const as = { service: 'gateway', user: { id } };
  const mailOf = async (email: string) => {
    await eventually(async () => expect(running.mails.map((mail) => mail.email)).toContain(email));
    return running.mails.find((mail) => mail.email === email);
  };
  return {
    ...running,
    anyone,
    id,
    mailOf,
    account: await running.served.client(AccountService, as),
    sessions: await running.served.client(SessionsService, as),
    keys: await running.served.client(ApiKeysService, as),
    gateway: await running.served.client(ApiKeysService, { service: 'gateway' }),
    operator: await running.served.client(IdentityOperationsService, {
      service: 'gateway',
      user: { id: newId(), roles: ['OPERATOR'] },
    }),
  };
}

describe('a password', () => {
  test('is set anew by a mailed link, once, and everything that was open ends', async () => {
    const { account, anyone, keys, gateway, mailOf, sessions, db } = await startWithAda();
    await anyone.login(ada);
    const { secret } = await keys.createApiKey({ requestId: newId(), name: 'Sheet', scopes: ['orders:read'] });
    await account.requestPasswordReset({ email: ada.email.toUpperCase() });
    const token = tokenOf(await mailOf(ada.email));
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(await db.sql`select * from one_time_link`)).not.toContain(token);

    await account.resetPassword({ token, newPassword: NEW });
    expect((await sessions.listSessions({})).sessions).toEqual([]);
    expect(await refusal(gateway.exchangeApiKey({ secret }))).toMatchObject({ reason: 'INVALID_API_KEY' });
    expect(await refusal(anyone.login(ada))).toMatchObject({ reason: 'INVALID_CREDENTIALS' });
    expect((await anyone.login({ ...ada, password: NEW })).tokens).toBeDefined();
    expect(await refusal(account.resetPassword({ token, newPassword: NEW }))).toMatchObject({ reason: 'INVALID_LINK' });
  });

  test('cannot be set by a link of half an hour ago', async () => {
    const { account, clock, mailOf } = await startWithAda();
    await account.requestPasswordReset({ email: ada.email });
    const token = tokenOf(await mailOf(ada.email));
    clock.pass(30 * 60);
    expect(await refusal(account.resetPassword({ token, newPassword: NEW }))).toMatchObject({ reason: 'INVALID_LINK' });
  });

  test('of an address nobody has is answered alike, and nothing is mailed', async () => {
    const { account, db } = await startWithAda();
    expect(await account.requestPasswordReset({ email: 'nobody@example.org' })).toMatchObject({});
    expect(await db.sql`select * from account_mail`).toEqual([]);
  });

  test('is changed by who knows it, who stays signed in here and nowhere else', async () => {
    const { account, anyone, sessions } = await startWithAda();
    await anyone.login(ada);
    expect(await refusal(account.changePassword({ password: 'wrong horse', newPassword: NEW }))).toMatchObject({
      reason: 'INVALID_CREDENTIALS',
    });
    await account.changePassword({ password: ada.password, newPassword: NEW });
    expect((await sessions.listSessions({})).sessions).toEqual([]);
    expect((await anyone.login({ ...ada, password: NEW })).tokens).toBeDefined();
  });
});

test('an address changes once its mailbox says so, and the old one is told', async () => {
  const { account, announced, anyone, id, mailOf } = await startWithAda();
  const newEmail = 'ada@example.com';
  await account.requestEmailChange({ password: ada.password, newEmail });
  const token = tokenOf(await mailOf(newEmail));
  expect((await anyone.login(ada)).tokens).toBeDefined();
  await account.confirmEmailChange({ token });
  expect((await anyone.login({ ...ada, email: newEmail })).tokens).toBeDefined();
  expect(await announced(id)).toEqual(['UserRegistered', 'UserUpdated']);
  expect(await mailOf(ada.email)).toMatchObject({ link: '' });
  expect(await refusal(account.confirmEmailChange({ token }))).toMatchObject({ reason: 'INVALID_LINK' });
});

test('an address that has an account meanwhile is not taken away from it', async () => {
  const { account, anyone, mailOf } = await startWithAda();
  const newEmail = 'grace@example.org';
  await account.requestEmailChange({ password: ada.password, newEmail });
  const token = tokenOf(await mailOf(newEmail));
  await anyone.register({ requestId: newId(), ...ada, email: newEmail });
  expect(await refusal(account.confirmEmailChange({ token }))).toMatchObject({ reason: 'EMAIL_TAKEN' });
});

describe('an API key', () => {
  const wanted = { name: 'Sheet', scopes: ['orders:read'] };

  test('stands for a token that says what it may do, until it ends', async () => {
    const { clock, gateway, keys } = await startWithAda();
    const { secret, apiKey } = await keys.createApiKey({ requestId: newId(), ...wanted, days: 1 });
    const { accessToken } = await gateway.exchangeApiKey({ secret });
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ scope: 'orders:read', sid: apiKey?.id, client_id: `key:${apiKey?.id}` });
    expect((await keys.listApiKeys({})).apiKeys).toMatchObject([{ ...wanted, hint: secret.slice(0, 8) }]);
    clock.pass(86_400);
    expect(await refusal(gateway.exchangeApiKey({ secret }))).toMatchObject({ reason: 'INVALID_API_KEY' });
  });

  test('is kept as a hash, and revoked is told everywhere', async () => {
    const { db, gateway, keys } = await startWithAda();
    const { secret, apiKey } = await keys.createApiKey({ requestId: newId(), ...wanted });
    expect(JSON.stringify(await db.sql`select * from api_key`)).not.toContain(secret.slice(8));
    await keys.revokeApiKey({ apiKeyId: apiKey?.id ?? '' });
    expect(await refusal(gateway.exchangeApiKey({ secret }))).toMatchObject({ code: Code.Unauthenticated });
    expect(await db.sql`select id from revocation`).toEqual([{ id: apiKey?.id }]);
    expect(await refusal(keys.revokeApiKey({ apiKeyId: newId() }))).toMatchObject({ reason: 'API_KEY_NOT_FOUND' });
  });

  test('whose answer got lost has another secret when asked for again, as long as it was not used', async () => {
    const { gateway, keys } = await startWithAda();
    const request = { requestId: newId(), ...wanted };
    const lost = await keys.createApiKey(request);
    const { secret, apiKey } = await keys.createApiKey(request);
    expect(apiKey?.id).toBe(lost.apiKey?.id);
    expect(await refusal(gateway.exchangeApiKey({ secret: lost.secret }))).toMatchObject({ reason: 'INVALID_API_KEY' });
    await gateway.exchangeApiKey({ secret });
    expect(await refusal(keys.createApiKey(request))).toMatchObject({ reason: 'REQUEST_ID_REUSED' });
  });
});

describe('an operator', () => {
  test('finds accounts by a part of their address, page by page', async () => {
    const { anyone, operator } = await startWithAda();
    for (const name of ['bob', 'b_b'])
      await anyone.register({ requestId: newId(), ...ada, email: `${name}@example.org` });
    const emails = async (query: string) => (await operator.listUsers({ query })).users.map(({ email }) => email);
    expect(await emails('B_B')).toEqual(['b_b@example.org']);
    const first = await operator.listUsers({ pageSize: 2 });
    const second = await operator.listUsers({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.users, ...second.users].map(({ email }) => email)).toEqual([
      'b_b@example.org',
      'bob@example.org',
      ada.email,
    ]);
    const other = operator.listUsers({ query: 'bob', pageToken: first.nextPageToken });
    expect(await refusal(other)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
  });

  test('blocks a user, who gets in by no way until unblocked', async () => {
    const { anyone, gateway, id, keys, operator } = await startWithAda();
    const { tokens } = await anyone.login(ada);
    const { secret } = await keys.createApiKey({ requestId: newId(), name: 'Sheet', scopes: ['orders:read'] });
    const { user } = await operator.blockUser({ userId: id, reason: 'card testing' });
    expect(user?.state).toBe(UserState.BLOCKED);
    const blocked = { reason: 'USER_BLOCKED', code: Code.PermissionDenied };
    expect(await refusal(anyone.login(ada))).toMatchObject(blocked);
    expect(await refusal(anyone.refreshToken({ refreshToken: tokens?.refreshToken ?? '' }))).toBeDefined();
    expect(await refusal(gateway.exchangeApiKey({ secret }))).toMatchObject({ reason: 'INVALID_API_KEY' });
    await operator.unblockUser({ userId: id, reason: 'a mistake' });
    expect((await anyone.login(ada)).tokens).toBeDefined();
    expect((await gateway.exchangeApiKey({ secret })).accessToken).toBeTruthy();
  });

  test('takes a role away, and with it every token that names it', async () => {
    const { anyone, db, id, operator, sessions } = await startWithAda();
    await operator.setRoles({ userId: id, roles: [Role.SHOPPER, Role.MERCHANT] });
    await anyone.login(ada);
    expect((await sessions.listSessions({})).sessions).toHaveLength(1);
    const { user } = await operator.setRoles({ userId: id, roles: [Role.SHOPPER] });
    expect(user?.roles).toEqual([Role.SHOPPER]);
    expect((await sessions.listSessions({})).sessions).toEqual([]);
    expect(await db.sql`select id from revocation`).toHaveLength(1);
  });

  test('sees what may have to be looked into, by user, kind and severity', async () => {
    const { anyone, id, operator } = await startWithAda();
    const from = { headers: { 'x-client-address': '192.0.2.1' } };
    for (let tried = 0; tried < 5; tried++) await refusal(anyone.login({ ...ada, password: 'wrong horse' }, from));
    const high = await operator.listSecurityEvents({ severity: SecuritySeverity.HIGH });
    expect(high.events).toMatchObject([{ kind: SecurityEventKind.SOURCE_BLOCKED, source: '192.0.2.1' }]);
    const ofAda = await operator.listSecurityEvents({ userId: id, kind: SecurityEventKind.SIGN_IN_FAILED });
    expect(ofAda.events).toHaveLength(5);
  });
});
