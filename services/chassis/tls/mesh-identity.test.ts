import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from '../config.ts';
import { type Authority, openAuthority, TRUST_DOMAIN } from '../local/authority.ts';
import type { Logger } from '../log.ts';
import { eventually } from '../testing/eventually.ts';
import { type MeshIdentity, openIdentity, type TlsConfig } from './mesh-identity.ts';

let folder: string;
let authority: Authority;
let opened: MeshIdentity | undefined;
let warnings: string[];
const log = {
  info: () => undefined,
  warn: ({ problem }: { problem: string }) => warnings.push(problem),
} as unknown as Logger;
beforeEach(() => {
  warnings = [];
  folder = mkdtempSync(join(tmpdir(), 'tradewind-identity-'));
  authority = openAuthority(folder);
  for (const service of ['orders', 'payments']) authority.certify(service, 3600);
});
afterEach(() => {
  opened?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const good = (): TlsConfig => ({ ...authority.filesOf('orders'), TRUST_DOMAIN });
const open = (config: TlsConfig) => {
  opened = openIdentity(config, 'orders', log, 10);
  return opened;
};

test('an environment that names no certificate gives no identity', () => {
  expect(open({})).toBeUndefined();
});

test('an environment that names all there is gives one', () => {
  expect(open(good())).toMatchObject({ service: 'orders', trustDomain: TRUST_DOMAIN });
});

test('some of the variables without the others are refused by name', () => {
  const { TLS_KEY: _, ...rest } = good();
  expect(() => open(rest)).toThrow(
    'Bad configuration: TLS_KEY is not set. It must be, because TLS_CERT is: TLS_CERT, TLS_KEY, TLS_CA, TRUST_DOMAIN go together.',
  );
});

const elsewhere = (name: string) => join(folder, name);
test.each<[string, () => TlsConfig, RegExp]>([
  ['names no file', () => ({ TLS_CERT: elsewhere('none.pem') }), /TLS_CERT is ".*none\.pem"\. .* can be read/],
  ['is no certificate', () => ({ TLS_CERT: elsewhere('certificates/ca.key') }), /TLS_CERT is .* a certificate in PEM/],
  ['is no key', () => ({ TLS_KEY: authority.file }), /TLS_KEY is .* a private key in PEM/],
  ['is no authority', () => ({ TLS_CA: elsewhere('certificates/ca.key') }), /TLS_CA is .* certificates in PEM/],
  ['is the key of another', () => ({ TLS_KEY: authority.filesOf('payments').TLS_KEY }), /TLS_KEY is .* TLS_CERT names/],
  ['is of another service', () => authority.filesOf('payments'), /TLS_CERT is .*payments\.pem".*\/sa\/orders/],
  ['is of another domain', () => ({ TRUST_DOMAIN: 'elsewhere.local' }), /TLS_CERT is .*spiffe:\/\/elsewhere\.local\//],
  ['is issued by another', () => ({ TLS_CA: openAuthority(elsewhere('b')).file }), /TLS_CERT is .* that TLS_CA holds/],
])('a variable that %s is refused by name, value and rule', (_, wrong, words) => {
  const config = { ...good(), ...wrong() };
  expect(() => open(config)).toThrow(ConfigError);
  expect(() => open(config)).toThrow(words);
});

test('a certificate that has expired is refused', () => {
  authority.certify('orders', -1);
  expect(() => open(good())).toThrow(/TLS_CERT is .* must not have expired/);
});

test('a new certificate is taken up with its key, and half of a pair is not', async () => {
  const both = authority.filesOf('orders').TLS_CERT;
  const [TLS_CERT, TLS_KEY] = [elsewhere('a.pem'), elsewhere('a.key')];
  const next = (file: string) => copyFileSync(both, file);
  next(TLS_CERT);
  next(TLS_KEY);
  const identity = open({ ...good(), TLS_CERT, TLS_KEY });
  if (!identity) expect.unreachable();
  const before = identity.current();
  authority.certify('orders', 3600);
  next(TLS_KEY);
  await eventually(() => expect(warnings).toContain('It must hold the key of the certificate that TLS_CERT names'));
  expect(identity.current()).toBe(before);
  next(TLS_CERT);
  await eventually(() => expect(identity.current().cert).toEqual(readFileSync(both)));
});
