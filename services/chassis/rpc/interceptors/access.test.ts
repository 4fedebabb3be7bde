import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { CatalogService, GetProductRequestSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { Access, RpcPolicySchema } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { Call, Caller, Rpc } from '../call.ts';
import { compose } from '../interceptor.ts';
import { InvalidToken, type TokenVerifier } from '../tokens.ts';
import { authentication } from './authentication.ts';
import { type AuthorizationOptions, authorization } from './authorization.ts';

/** Believes `user:<id>:<role>:<scope>` (the scope is that for everything when unset) and `service:<name>`, refuses the rest. */
const verifier: TokenVerifier = {
  async user(token) {
    const [kind, id, role, scope = 'tradewind/all'] = token.split(':');
    if (token === 'unverifiable') throw new Error('identity is down');
    if (kind !== 'user' || id === undefined) throw new InvalidToken();
    return { id, roles: role ? [role] : [], sessionId: undefined, scopes: [scope.replace('/', ':')] };
  },
  async service(token) {
    const [kind, name] = token.split(':');
    if (kind !== 'service' || name === undefined) throw new InvalidToken();
    return name;
  },
};

interface Attempt {
  access: Access;
  callers?: string[];
  roles?: string[];
  scopes?: string[];
  user?: string;
  service?: string;
  edge?: AuthorizationOptions;
}

/** Makes a call through both interceptors and tells who the service saw, or why the call was refused. */
async function attempt({ access, callers = ['gateway'], roles = [], scopes = [], user, service, edge }: Attempt) {
  const policy = create(RpcPolicySchema, { access, roles, scopes, allowedCallers: callers });
  const rpc: Rpc = { name: 'test/Rpc', method: CatalogService.method.getProduct, policy };
  const headers = new Map<string, string>();
  if (user !== undefined) headers.set('authorization', `Bearer ${user}`);
  if (service !== undefined) headers.set('x-tradewind-service', service);
  const call = { rpc, headers: { get: (name: string) => headers.get(name) }, caller: { service: 'external' } } as Call;
  let seen: Caller | undefined;
  const next = compose(rpc, [authentication(verifier), authorization(edge)], async (served, request) => {
    seen = served.caller;
    return request as never;
  });
  const request = create(GetProductRequestSchema);
  const error = await next(call, request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return seen;
  return error instanceof ConnectError ? `${Code[error.code]} ${reasonOf(error)?.reason}` : error;
}

const NO_ONE_KNOWN = 'Unauthenticated UNAUTHENTICATED';

test('a public RPC serves an allowed service without a user', async () => {
  expect(await attempt({ access: Access.PUBLIC, service: 'service:gateway' })).toEqual({ service: 'gateway' });
});

test('a public RPC overlooks a user token that no longer holds, every other one refuses it', async () => {
  const stale = { service: 'service:gateway', user: 'expired' };
  expect(await attempt({ access: Access.PUBLIC, ...stale })).toEqual({ service: 'gateway' });
  expect(await attempt({ access: Access.AUTHENTICATED, ...stale })).toBe(NO_ONE_KNOWN);
  expect(await attempt({ access: Access.SERVICE, ...stale })).toBe(NO_ONE_KNOWN);
});

test('no credential and a bad one are UNAUTHENTICATED', async () => {
  expect(await attempt({ access: Access.AUTHENTICATED })).toBe(NO_ONE_KNOWN);
  expect(await attempt({ access: Access.AUTHENTICATED, service: 'service:gateway' })).toBe(NO_ONE_KNOWN);
  expect(await attempt({ access: Access.ROLE, roles: ['OPERATOR'], service: 'service:gateway' })).toBe(NO_ONE_KNOWN);
  expect(await attempt({ access: Access.PUBLIC, service: 'forged' })).toBe(NO_ONE_KNOWN);
  expect(await attempt({ access: Access.SERVICE })).toBe(NO_ONE_KNOWN);
});

test('a known user without the role is PERMISSION_DENIED, one with it is served', async () => {
  const operators = { access: Access.ROLE, roles: ['OPERATOR'], service: 'service:gateway' };
  expect(await attempt({ ...operators, user: 'user:u1:SHOPPER' })).toBe('PermissionDenied PERMISSION_DENIED');
  expect(await attempt({ ...operators, user: 'user:u1:OPERATOR' })).toMatchObject({
    service: 'gateway',
    user: { id: 'u1' },
  });
});

test('a user whose client may do part of what they may is PERMISSION_DENIED, save where anybody may call', async () => {
  const service = 'service:gateway';
  const user = 'user:u1:OPERATOR:openid';
  const denied = 'PermissionDenied PERMISSION_DENIED';
  expect(await attempt({ access: Access.AUTHENTICATED, service, user })).toBe(denied);
  expect(await attempt({ access: Access.ROLE, roles: ['OPERATOR'], service, user })).toBe(denied);
  expect(await attempt({ access: Access.PUBLIC, service, user })).toMatchObject({ user: { id: 'u1' } });
});

test('a client that may do part of what its user may calls what asks for that part, within the user’s roles', async () => {
  const service = 'service:gateway';
  const user = 'user:u1:SHOPPER:orders/read';
  const scopes = ['orders:read', 'orders:write'];
  expect(await attempt({ access: Access.AUTHENTICATED, scopes, service, user })).toMatchObject({ user: { id: 'u1' } });
  const denied = 'PermissionDenied PERMISSION_DENIED';
  expect(await attempt({ access: Access.AUTHENTICATED, scopes: ['orders:write'], service, user })).toBe(denied);
  expect(await attempt({ access: Access.ROLE, roles: ['OPERATOR'], scopes, service, user })).toBe(denied);
});

test('a known service that is not on the list is PERMISSION_DENIED, whatever the access', async () => {
  const denied = 'PermissionDenied CALLER_NOT_ALLOWED';
  expect(await attempt({ access: Access.PUBLIC, service: 'service:orders' })).toBe(denied);
  expect(await attempt({ access: Access.AUTHENTICATED, service: 'service:orders', user: 'user:u1' })).toBe(denied);
  expect(await attempt({ access: Access.SERVICE, service: 'service:orders' })).toBe(denied);
});

test('a user who goes round the gateway is PERMISSION_DENIED', async () => {
  expect(await attempt({ access: Access.AUTHENTICATED, user: 'user:u1' })).toBe('PermissionDenied CALLER_NOT_ALLOWED');
});

test('credentials that nobody can check now are UNAVAILABLE, not refused', async () => {
  expect(await attempt({ access: Access.AUTHENTICATED, service: 'service:gateway', user: 'unverifiable' })).toBe(
    'Unavailable CREDENTIALS_UNVERIFIABLE',
  );
});

test('at the edge outsiders may use what the gateway may, save what is for services', async () => {
  const edge = { onBehalfOf: 'gateway' };
  expect(await attempt({ access: Access.PUBLIC, edge })).toEqual({ service: 'external' });
  expect(await attempt({ access: Access.AUTHENTICATED, edge, user: 'user:u1' })).toMatchObject({ user: { id: 'u1' } });
  expect(await attempt({ access: Access.SERVICE, edge, user: 'user:u1' })).toBe('PermissionDenied CALLER_NOT_ALLOWED');
  expect(await attempt({ access: Access.AUTHENTICATED, callers: ['orders'], edge, user: 'user:u1' })).toBe(
    'PermissionDenied CALLER_NOT_ALLOWED',
  );
});

test('an RPC that declares no access fails the start', () => {
  const policy = create(RpcPolicySchema, { allowedCallers: ['gateway'] });
  const rpc: Rpc = { name: 'test/Rpc', method: CatalogService.method.getProduct, policy };
  expect(() => authorization()(rpc)).toThrow('test/Rpc declares no access');
});
