import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialFiles } from '../tls/credentials.ts';
import { spiffeId } from '../tls/spiffe.ts';
import { certificate } from './certificate.ts';

export const TRUST_DOMAIN = 'tradewind.local';

const AUTHORITY_SECONDS = 3650 * 86_400;

/** Certifies the services of a mesh on a laptop. It is made once and kept with the data, readable by its owner only. */
export interface Authority {
  /** Where its own certificate is. */
  readonly file: string;
  /** Where a service's certificate and key are: in one file, so that nobody ever reads half of a new pair. */
  filesOf(service: string): CredentialFiles;
  /** Makes a key and a certificate for a service, good for so many seconds, and puts them in the place of those it had. */
  certify(service: string, seconds: number): void;
}

/** The authority of a data folder, made when there is none yet. */
export function openAuthority(directory: string): Authority {
  const folder = join(directory, 'certificates');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'ca.pem');
  const keyFile = join(folder, 'ca.key');
  if (!existsSync(file)) makeAuthority(file, keyFile);
  const issuer = commonNameOf(new X509Certificate(readFileSync(file)));
  const signingKey = createPrivateKey(readFileSync(keyFile));
  const filesOf = (service: string): CredentialFiles => ({
    TLS_CERT: join(folder, `${service}.pem`),
    TLS_KEY: join(folder, `${service}.pem`),
    TLS_CA: file,
  });
  return {
    file,
    filesOf,
    certify(service, seconds) {
      const key = newKey();
      const uri = spiffeId(TRUST_DOMAIN, service);
      const claims = { subject: service, issuer, key, seconds, kind: { uri } };
      replace(filesOf(service).TLS_CERT, pemOf(key) + certificate(claims, signingKey));
    },
  };
}

function makeAuthority(file: string, keyFile: string): void {
  const key = newKey();
  const name = `Tradewind development ${randomBytes(4).toString('hex')}`;
  const claims = { subject: name, issuer: name, key, seconds: AUTHORITY_SECONDS, kind: 'authority' } as const;
  replace(keyFile, pemOf(key));
  // Last: who finds it finds its key.
  replace(file, certificate(claims, key));
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function commonNameOf({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, '');
}

/** Nobody ever reads half of a file, and nobody else a key. */
function replace(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
