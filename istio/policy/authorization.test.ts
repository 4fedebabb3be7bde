import { describe, expect, test } from 'vitest';
import { authorize, CannotJudge, type Request } from './authorization.ts';
import type { Kinds } from './kinds.ts';

type Spec = Kinds['AuthorizationPolicy']['spec'];

const policy = (name: string, spec: Spec, namespace = 'foo'): Kinds['AuthorizationPolicy'] => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace },
  spec,
});

const pod = { namespace: 'foo', labels: { app: 'httpbin', version: 'v1' } };
const sleep = 'cluster.local/ns/default/sa/sleep';
const request = (more: Partial<Request> = {}): Request => ({
  principal: sleep,
  port: 8080,
  http: { method: 'GET', path: '/info', host: 'httpbin.foo' },
  ...more,
});
const get = (path: string) => request({ http: { method: 'GET', path } });

const may = (spec: Spec, asked = request()) => authorize([policy('it', spec)], pod, asked).allowed;
const allowed = (rule: NonNullable<NonNullable<Spec>['rules']>[number], asked = request()) =>
  may({ action: 'ALLOW', rules: [rule] }, asked);

describe('policies together', () => {
  const everything = policy('everything', { rules: [{}] });
  const nothing = policy('nothing', {});
  const deny = policy('deny', { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/info'] } }] }] });
  const custom = policy('custom', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] });

  test('without any, every request is let in', () => {
    expect(authorize([], pod, request())).toMatchObject({ allowed: true, by: 'no AuthorizationPolicy' });
  });

  test('one that allows, and has no rule, lets nothing in', () => {
    expect(authorize([nothing], pod, request())).toMatchObject({ allowed: false });
    expect(may({ action: 'ALLOW' })).toBe(false);
  });

  test('a rule without conditions is about every request', () => {
    expect(authorize([nothing, everything], pod, request())).toMatchObject({ allowed: true });
  });

  test('one that denies and has no rule denies nothing', () => {
    expect(may({ action: 'DENY' })).toBe(true);
  });

  test('what is denied no other policy can allow', () => {
    const verdict = authorize([everything, deny], pod, request());
    expect(verdict).toEqual({ allowed: false, by: 'AuthorizationPolicy foo/deny', why: 'it denies the request' });
  });

  test('where there are only policies that deny, everything else is let in', () => {
    expect(authorize([deny], pod, get('/other')).allowed).toBe(true);
  });

  test('an external authorizer is asked before all others, and nobody here knows its answer', () => {
    expect(authorize([everything, deny, custom], pod, request())).toMatchObject({
      allowed: false,
      by: 'AuthorizationPolicy foo/custom',
      why: expect.stringContaining('opa'),
    });
  });

  test('one that only audits decides nothing', () => {
    expect(may({ action: 'AUDIT', rules: [{}] })).toBe(true);
  });
});

describe('who a policy is about', () => {
  const nothingFor = (namespace: string, spec: Spec) =>
    authorize([policy('it', spec, namespace)], pod, request()).allowed;

  test('pods of its own namespace', () => {
    expect(nothingFor('foo', {})).toBe(false);
    expect(nothingFor('bar', {})).toBe(true);
  });

  test('of all namespaces, when it is in the root namespace', () => {
    expect(nothingFor('istio-system', {})).toBe(false);
  });

  test('those that have all labels of its selector', () => {
    expect(nothingFor('foo', { selector: { matchLabels: { app: 'httpbin', version: 'v1' } } })).toBe(false);
    expect(nothingFor('foo', { selector: { matchLabels: { app: 'httpbin', version: 'v2' } } })).toBe(true);
    expect(nothingFor('istio-system', { selector: { matchLabels: { app: 'other' } } })).toBe(true);
  });

  test('none, when it is tied to a gateway', () => {
    const targetRefs = [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }];
    expect(nothingFor('foo', { targetRefs })).toBe(true);
  });
});

describe('sources', () => {
  const from = (source: Record<string, string[]>, asked = request()) => allowed({ from: [{ source }] }, asked);

  test.each([
    ['the same', 'cluster.local/ns/default/sa/sleep', true],
    ['another', 'cluster.local/ns/default/sa/slee', false],
    ['a beginning', 'cluster.local/ns/default/*', true],
    ['another beginning', 'cluster.local/ns/foo/*', false],
    ['an end', '*/sa/sleep', true],
    ['another end', '*/sa/other', false],
    ['anything', '*', true],
    ['a star in the middle, which is only a star', 'cluster.local/*/sa/sleep', false],
  ])('a principal that is %s', (_, principal, expected) => {
    expect(from({ principals: [principal] })).toBe(expected);
  });

  test('* wants a certificate', () => {
    expect(from({ principals: ['*'] }, request({ principal: undefined }))).toBe(false);
    expect(from({ notPrincipals: [sleep] }, request({ principal: undefined }))).toBe(true);
  });

  test('exceptions hold against what the same source names', () => {
    expect(from({ namespaces: ['default'], notPrincipals: [sleep] })).toBe(false);
    expect(from({ namespaces: ['default'], notPrincipals: ['*/sa/other'] })).toBe(true);
  });

  test('all fields of a source must hold, and one source of a rule', () => {
    expect(from({ principals: [sleep], namespaces: ['bar'] })).toBe(false);
    const sources = [{ source: { namespaces: ['bar'] } }, { source: { principals: [sleep] } }];
    expect(allowed({ from: sources })).toBe(true);
  });

  test('a service account is of the namespace of its policy unless it says another', () => {
    expect(from({ serviceAccounts: ['default/sleep'] })).toBe(true);
    expect(from({ serviceAccounts: ['sleep'] })).toBe(false);
    expect(from({ serviceAccounts: ['sleep'] }, request({ principal: 'cluster.local/ns/foo/sa/sleep' }))).toBe(true);
  });

  test('what no manifest tells of a request is not guessed', () => {
    expect(() => from({ ipBlocks: ['10.0.0.0/8'] })).toThrow(CannotJudge);
    expect(() => from({ requestPrincipals: ['*'] })).toThrow('foo/it: no manifest tells the requestPrincipals');
  });
});

describe('operations', () => {
  const to = (operation: Record<string, string[]>, asked = request()) => allowed({ to: [{ operation }] }, asked);

  test.each([
    ['/info', '/info', true],
    ['/info', '/info/', false],
    ['/info*', '/info/more', true],
    ['*/info', '/any/info', true],
    ['*/info', '/any/info2', false],
    ['/a/{*}/c', '/a/b/c', true],
    ['/a/{*}/c', '/a/b/b/c', false],
    ['/a/{**}', '/a/b/b/c', true],
    ['/a.b', '/aXb', false],
  ])('the path %s and a request of %s', (path, asked, expected) => {
    expect(to({ paths: [path] }, get(asked))).toBe(expected);
  });

  test('methods, ports and hosts must all hold', () => {
    expect(to({ methods: ['GET'], ports: ['8080'], hosts: ['HTTPBIN.foo'] })).toBe(true);
    expect(to({ methods: ['POST'], ports: ['8080'] })).toBe(false);
    expect(to({ methods: ['GET'], ports: ['80'] })).toBe(false);
    expect(to({ notMethods: ['GET'] })).toBe(false);
    expect(to({ notPaths: ['/admin*'] })).toBe(true);
    expect(to({ notPorts: ['8080'] })).toBe(false);
  });

  test('from, to and when of a rule must all hold', () => {
    const rule = { from: [{ source: { principals: [sleep] } }], to: [{ operation: { methods: ['GET'] } }] };
    const when = (namespace: string) => [{ key: 'source.namespace', values: [namespace] }];
    expect(allowed({ ...rule, when: when('default') })).toBe(true);
    expect(allowed({ ...rule, when: when('foo') })).toBe(false);
    expect(allowed(rule, request({ principal: undefined }))).toBe(false);
  });

  test('on a port without HTTP a rule about HTTP allows nothing, and denies the whole port', () => {
    const tcp = request({ http: undefined });
    expect(to({ ports: ['8080'] }, tcp)).toBe(true);
    expect(to({ ports: ['8080'], methods: ['GET'] }, tcp)).toBe(false);
    const denied = (ports: string[]) =>
      may({ action: 'DENY', rules: [{ to: [{ operation: { ports, methods: ['GET'] } }] }] }, tcp);
    expect(denied(['8080'])).toBe(false);
    expect(denied(['9000'])).toBe(true);
  });
});

describe('conditions', () => {
  const when = (key: string, values: string[], asked = request()) => allowed({ when: [{ key, values }] }, asked);

  test('can be about a header', () => {
    const asked = request({ http: { method: 'GET', path: '/', headers: { 'user-agent': 'Mozilla/5.0' } } });
    expect(when('request.headers[User-Agent]', ['Mozilla/*'], asked)).toBe(true);
    expect(when('request.headers[User-Agent]', ['Mozilla/*'])).toBe(false);
  });

  test('can be about principal and port', () => {
    expect(when('source.principal', [sleep])).toBe(true);
    expect(when('destination.port', ['80'])).toBe(false);
  });

  test('about a token are not guessed', () => {
    expect(() => when('request.auth.claims[iss]', ['https://accounts.example.com'])).toThrow(CannotJudge);
  });
});
