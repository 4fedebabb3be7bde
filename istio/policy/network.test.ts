import { describe, expect, test } from 'vitest';
import type { Kinds } from './kinds.ts';
import { type Connection, networkJudge, type Party } from './network.ts';

type Spec = Kinds['NetworkPolicy']['spec'];

const policy = (name: string, spec: Spec, namespace = 'shop'): Kinds['NetworkPolicy'] => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec,
});

const namespace = (name: string, labels: Record<string, string>) => ({
  apiVersion: 'v1' as const,
  kind: 'Namespace' as const,
  metadata: { name, labels },
});

const web = { namespace: 'shop', labels: { app: 'web' } };
const api = { namespace: 'shop', labels: { app: 'api' }, namedPorts: new Map([['http', 8080]]) };
const stranger = { namespace: 'other', labels: { app: 'web' } };

const connection = (from: Party, to: Party, more: Partial<Connection> = {}): Connection => ({
  from,
  to,
  port: 8080,
  protocol: 'TCP',
  ...more,
});

const judge = (...policies: Kinds['NetworkPolicy'][]) => networkJudge(policies, [namespace('other', { team: 'blue' })]);
const enters = (spec: Spec, asked: Connection) => judge(policy('it', spec)).enters(asked).allowed;
const leaves = (spec: Spec, asked: Connection) => judge(policy('it', spec)).leaves(asked).allowed;
const allApi = { podSelector: { matchLabels: { app: 'api' } } };

describe('which policies count', () => {
  test('a pod that no policy chooses is open', () => {
    expect(judge().enters(connection(stranger, api))).toMatchObject({ allowed: true, by: 'no NetworkPolicy' });
    expect(enters(allApi, connection(api, web))).toBe(true);
  });

  test('a policy without rules closes the pods it chooses', () => {
    const verdict = judge(policy('deny-all', { podSelector: {} })).enters(connection(web, api));
    expect(verdict).toMatchObject({ allowed: false, by: 'NetworkPolicy shop/deny-all' });
  });

  test('a policy is about pods of its namespace only', () => {
    expect(judge(policy('it', { podSelector: {} }, 'other')).enters(connection(web, api)).allowed).toBe(true);
  });

  test('without policyTypes it is about what leaves only when it says something of it', () => {
    expect(leaves({ podSelector: {} }, connection(web, api))).toBe(true);
    expect(leaves({ podSelector: {}, egress: [] }, connection(web, api))).toBe(false);
    expect(leaves({ podSelector: {}, policyTypes: ['Egress'] }, connection(web, api))).toBe(false);
    expect(enters({ podSelector: {}, policyTypes: ['Egress'] }, connection(web, api))).toBe(true);
  });

  test('policies add up', () => {
    const closed = policy('closed', { podSelector: {} });
    const open = policy('open', { ...allApi, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] });
    expect(judge(closed, open).enters(connection(web, api))).toMatchObject({
      allowed: true,
      by: 'NetworkPolicy shop/open',
    });
  });
});

describe('peers', () => {
  const from = (peer: object, asked = connection(web, api)) =>
    enters({ ...allApi, ingress: [{ from: [peer] }] }, asked);
  const blue = { matchLabels: { team: 'blue' } };
  const webs = { matchLabels: { app: 'web' } };

  test('a selector of pods alone means those of the policy’s namespace', () => {
    expect(from({ podSelector: webs })).toBe(true);
    expect(from({ podSelector: webs }, connection(stranger, api))).toBe(false);
  });

  test('a selector of namespaces alone means all pods there', () => {
    expect(from({ namespaceSelector: blue }, connection(stranger, api))).toBe(true);
    expect(from({ namespaceSelector: blue })).toBe(false);
    expect(from({ namespaceSelector: {} })).toBe(true);
  });

  test('both selectors in one peer must hold', () => {
    expect(from({ namespaceSelector: blue, podSelector: webs }, connection(stranger, api))).toBe(true);
    expect(
      from({ namespaceSelector: blue, podSelector: { matchLabels: { app: 'x' } } }, connection(stranger, api)),
    ).toBe(false);
  });

  test('every namespace has its name as a label', () => {
    const named = { matchLabels: { 'kubernetes.io/metadata.name': 'other' } };
    expect(from({ namespaceSelector: named }, connection(stranger, api))).toBe(true);
  });

  test('no peers mean everybody', () => {
    expect(enters({ ...allApi, ingress: [{}] }, connection(stranger, api))).toBe(true);
    expect(enters({ ...allApi, ingress: [{}] }, connection({ address: '203.0.113.7' }, api))).toBe(true);
  });

  test.each([
    ['In', ['web', 'x'], true],
    ['NotIn', ['web'], false],
    ['Exists', undefined, true],
    ['DoesNotExist', undefined, false],
  ])('an expression with %s', (operator, values, expected) => {
    expect(from({ podSelector: { matchExpressions: [{ key: 'app', operator, values }] } })).toBe(expected);
  });

  test('a block of addresses is for addresses, less its exceptions', () => {
    const block = { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } };
    const to = (address: string) =>
      leaves({ podSelector: {}, egress: [{ to: [block] }] }, connection(web, { address }));
    expect(to('10.2.3.4')).toBe(true);
    expect(to('10.1.3.4')).toBe(false);
    expect(to('11.0.0.1')).toBe(false);
    expect(from(block)).toBe(false);
  });
});

describe('ports', () => {
  const on = (port: object, more: Partial<Connection> = {}) =>
    enters({ ...allApi, ingress: [{ ports: [port] }] }, connection(web, api, more));

  test('a number, a range, or a name of the pod that is asked', () => {
    expect(on({ port: 8080 })).toBe(true);
    expect(on({ port: 8081 })).toBe(false);
    expect(on({ port: 8000, endPort: 8100 })).toBe(true);
    expect(on({ port: 8081, endPort: 8100 })).toBe(false);
    expect(on({ port: 'http' })).toBe(true);
    expect(on({ port: 'grpc' })).toBe(false);
  });

  test('are of TCP unless they say otherwise', () => {
    expect(on({ port: 53 }, { port: 53, protocol: 'UDP' })).toBe(false);
    expect(on({ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'UDP' })).toBe(true);
    expect(on({ protocol: 'TCP' })).toBe(true);
  });
});
