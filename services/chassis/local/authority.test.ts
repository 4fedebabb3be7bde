import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuthority } from './authority.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-authority-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const certificateIn = (file: string) => new X509Certificate(readFileSync(file));

test('an authority lasts as long as its folder, and what it certified before still holds', () => {
  const before = openAuthority(folder);
  before.certify('orders', 60);
  const again = openAuthority(folder);
  const orders = certificateIn(again.filesOf('orders').TLS_CERT);
  expect(orders.checkIssued(certificateIn(again.file))).toBe(true);
  expect(orders.verify(certificateIn(again.file).publicKey)).toBe(true);
});

test('keys are for their owner only', () => {
  openAuthority(folder).certify('orders', 60);
  const certificates = join(folder, 'certificates');
  const files = readdirSync(certificates);
  expect(files.sort()).toEqual(['ca.key', 'ca.pem', 'orders.pem']);
  expect(files.map((name) => statSync(join(certificates, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
});

test('a certificate names its service, is no authority, and lasts as long as asked for', () => {
  const authority = openAuthority(folder);
  const begin = Date.now();
  authority.certify('orders', 60);
  const certificate = certificateIn(authority.filesOf('orders').TLS_CERT);
  expect(certificate.subjectAltName).toContain('URI:spiffe://tradewind.local/ns/tradewind/sa/orders');
  expect(certificate.ca).toBe(false);
  const life = certificate.validToDate.getTime() - begin;
  expect(life).toBeGreaterThanOrEqual(60_000);
  expect(life).toBeLessThan(65_000);
});

test('each certificate has a key and a number of its own', () => {
  const authority = openAuthority(folder);
  const certify = () => {
    authority.certify('orders', 60);
    return certificateIn(authority.filesOf('orders').TLS_CERT);
  };
  const [first, second] = [certify(), certify()];
  expect(second.serialNumber).not.toBe(first.serialNumber);
  expect(second.publicKey.equals(first.publicKey)).toBe(false);
});
