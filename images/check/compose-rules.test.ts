import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '#chassis/version.ts';
import { root } from '../../contracts/gate/image.ts';
import { readTopology } from '../../istio/generate/topology.ts';
import { composeOf } from './compose.ts';
import { composeFindings } from './compose-rules.ts';

const good = readFileSync(join(root, 'compose.yaml'), 'utf8');

test('the compose file keeps every rule', () => {
  expect(composeFindings(composeOf(good))).toEqual([]);
});

test.each([
  ['an image that moves', /postgres:18\.4/, 'postgres:latest', 'postgres: image'],
  ['a root file system that can be written to', /read_only: true/, 'read_only: false', 'orders: its root'],
  ['capabilities that are kept', /cap_drop: \[ALL\]/, 'cap_drop: [NET_RAW]', 'orders: it keeps capabilities'],
  ['capabilities that are added', /cap_drop: \[ALL\]/, 'cap_drop: [ALL]\n  cap_add: [SYS_ADMIN]', 'orders: it adds'],
  ['privileges that can be gained', /security_opt: .*/, 'security_opt: []', 'orders: it may gain'],
  ['a privileged container', /pids_limit: 256/, 'privileged: true', 'orders: it is privileged'],
  ['a container of root', /user: "65532:65532"/, 'user: "0:0"', 'orders: it runs as 0:0'],
  ['a port for everybody', /127\.0\.0\.1:8080:8080/, '8080:8080', 'gateway: port 8080:8080'],
  ['a network that is not there', /outside: \{\}/, 'elsewhere: {}', 'gateway: there is no network outside'],
  ['a volume that is not there', /^ {2}nats: \{\}/m, '  other: {}', 'nats: there is no volume nats'],
  ['a file that can be written to', /nats\.conf:ro/, 'nats.conf', 'nats: ./images/compose/nats.conf'],
  ['the socket of the engine', /- nats:\/data/, '- /run/docker.sock:/run/docker.sock', 'nats: the engine'],
  ['who waits for nobody', /nats: \{ condition/, 'kafka: { condition', 'orders: it waits for kafka'],
  [
    'who waits for a health that nobody checks',
    /healthcheck:\n {6}test: \[CMD, pg_[\s\S]*?30\n/,
    '',
    'orders: it waits',
  ],
])('%s is found', (_, what, instead, finding) => {
  expect(good).toMatch(what);
  expect(composeFindings(composeOf(good.replace(what, instead))).join('\n')).toContain(finding);
});

test('containers run the versions that clusters run', () => {
  const { postgres, nats } = readTopology().images;
  const images = composeOf(good).services;
  expect(images.postgres?.image).toBe(postgres);
  expect(images.nats?.image).toBe(`${nats}-alpine`);
  expect(images.orders?.image).toContain(`:-${version}}`);
});
