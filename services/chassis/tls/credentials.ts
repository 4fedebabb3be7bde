import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serviceNamed, spiffeId } from './spiffe.ts';

/** Where a service finds what proves who it is, and what the others' proof is checked against: PEM files. */
export interface CredentialFiles {
  TLS_CERT: string;
  TLS_KEY: string;
  TLS_CA: string;
}

/** A certificate, its key and the authorities to believe, in PEM. */
export interface TlsCredentials {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
  /** From when to when the certificate is good, in epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** A file does not hold what it must. Names the variable that leads to it. */
export class BadCredentials extends Error {
  readonly variable: keyof CredentialFiles;

  constructor(variable: keyof CredentialFiles, rule: string) {
    super(rule);
    this.name = 'BadCredentials';
    this.variable = variable;
  }
}

/** Reads the files and holds them against each other: half of a new pair is no pair. Throws BadCredentials. */
export function readCredentials(files: CredentialFiles, service: string, trustDomain: string): TlsCredentials {
  const cert = read(files, 'TLS_CERT');
  // Both may be in one file, which then changes at one instant.
  const key = files.TLS_KEY === files.TLS_CERT ? cert : read(files, 'TLS_KEY');
  const ca = read(files, 'TLS_CA');
  const certificate = parsed('TLS_CERT', 'a certificate in PEM', () => new X509Certificate(cert));
  const privateKey = parsed('TLS_KEY', 'a private key in PEM', () => createPrivateKey(key));
  const authorities = parsed('TLS_CA', 'certificates in PEM', () => certificatesOf(ca));
  if (!certificate.checkPrivateKey(privateKey))
    throw new BadCredentials('TLS_KEY', 'It must hold the key of the certificate that TLS_CERT names');
  if (serviceNamed(certificate.subjectAltName, trustDomain) !== service)
    throw new BadCredentials('TLS_CERT', `It must name the one URI ${spiffeId(trustDomain, service)}`);
  if (!authorities.some((authority) => certificate.verify(authority.publicKey)))
    throw new BadCredentials('TLS_CERT', 'It must be issued by an authority that TLS_CA holds');
  const [validFrom, validTo] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  if (validTo <= Date.now())
    throw new BadCredentials('TLS_CERT', `It must not have expired, as it did ${certificate.validTo}`);
  return { cert, key, ca, validFrom, validTo };
}

function read(files: CredentialFiles, variable: keyof CredentialFiles): Buffer {
  try {
    return readFileSync(files[variable]);
  } catch {
    throw new BadCredentials(variable, 'It must name a file that can be read');
  }
}

function parsed<T>(variable: keyof CredentialFiles, what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new BadCredentials(variable, `It must name a file that holds ${what}`);
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function certificatesOf(pem: Buffer): X509Certificate[] {
  const certificates = (pem.toString().match(CERTIFICATE) ?? []).map((each) => new X509Certificate(each));
  if (certificates.length === 0) throw new Error('no certificate');
  return certificates;
}
