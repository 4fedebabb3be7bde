import { readFileSync } from 'node:fs';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { compareVersions } from '../../contracts/gate/bump.ts';
import { pagePaths } from '../../services/console/app/paths.ts';
import { gatewayPages } from '../../services/gateway/gateway.ts';
import { oauthPages } from '../../services/gateway/oauth-proxy.ts';
import { readOpenApi } from '../../services/gateway/rest/openapi.ts';
import { loadSigningKeys } from '../../services/identity/crypto/signing-keys.ts';
import { createTokenIssuer } from '../../services/identity/crypto/token-issuer.ts';
import { parseTopology, readTopology, TopologyError } from './topology.ts';

const text = readFileSync(new URL('../topology.yaml', import.meta.url), 'utf8');

test.each([
  ['a tag that moves', 'version: 0.1.0', 'version: latest', /environments\.dev\.version: It must be a version/],
  ['a host that is no name', 'host: api.tradewind.example', 'host: "*"', /environments\.production\.host: .*host name/],
  ['a network that is none', '[10.30.8.0/24]', '[10.30.8.0]', /production\.data.*'inside'|production\.data/],
  ['a service that does not exist', '  catalog: {}', '  katalog: {}', /services/],
  ['a field that does not exist', 'namespace: tradewind', 'namespace: tradewind\nzone: a', /[Uu]nrecognized key.*zone/],
  [
    'two environments in one cluster',
    'staging: https://kubernetes.staging.tradewind.example',
    'staging: https://kubernetes.default.svc',
    /argocd\.clusters: Each environment must have a cluster of its own/,
  ],
  ['a port beyond all ports', 'grpc: 9090', 'grpc: 90900', /ports\.grpc: .*65535/],
])('refuses %s, with its path and the rule', (_, from, to, problem) => {
  expect(text).toContain(from);
  expect(() => parseTopology(text.replace(from, to))).toThrow(TopologyError);
  expect(() => parseTopology(text.replace(from, to))).toThrow(problem);
});

test('every page and version of the gateway and every page of the console is let in at the edge, and no other', () => {
  const { edge } = readTopology();
  const jwks = 'http://identity.example/.well-known/jwks.json';
  const pages = Object.keys({ ...gatewayPages(jwks), ...oauthPages({ JWKS_URL: jwks }) });
  const versions = new Set(Object.keys(readOpenApi().paths).map((path) => `/${path.split('/')[1]}/*`));
  const own = edge.paths.filter((path) => !path.startsWith('/grpc.') && path !== '/health/ready');
  const expected = new Set([...pages, ...versions, ...pagePaths, '/assets/*', '/index.html']);
  expect(own.sort()).toEqual([...expected].sort());
});

test('the first environment runs what was released last, no other is ahead of it, and what is tried out is', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { environments, scenarios } = readTopology();
  expect(environments.dev.version).toBe(version);
  const ahead = Object.values(environments).filter((each) => compareVersions(each.version, version) > 0);
  expect(ahead).toEqual([]);
  expect(compareVersions(scenarios.next, version)).toBeGreaterThan(0);
});

test('the edge believes the tokens that identity issues', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const tokens = createTokenIssuer(await loadSigningKeys(await exportJWK(privateKey), []), 'https://api.example.org');
  const grant = { id: '1', subject: 'ada', clientId: 'tradewind', scope: 'tradewind:all' };
  const { token } = await tokens.issue(grant, new Date());
  expect(decodeJwt(token)).toMatchObject({ aud: readTopology().jwt.audience });
});
