import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** What a certificate says. */
export interface CertificateClaims {
  /** The common name of whom it is for, and of who signs it. */
  subject: string;
  issuer: string;
  /** Of whom it is for, either half. */
  key: KeyObject;
  seconds: number;
  /** An authority, which certifies others and nothing else; or a service by its URI, which also answers as `localhost`. */
  kind: 'authority' | { uri: string };
}

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
/** So that a clock that is a little behind does not find it not yet valid: a part of its life, and a minute at most. */
const backdated = (lifeMs: number) => Math.min(60_000, Math.abs(lifeMs) / 10);

/** Makes an X.509 certificate (RFC 5280), signed with the P-256 key of its issuer, in PEM. */
export function certificate({ subject, issuer, key, seconds, kind }: CertificateClaims, signingKey: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const signature = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature,
    issuer: named(issuer),
    subject: named(subject),
    validity: validity(seconds * 1000),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo),
    extensions: new Extensions(kind === 'authority' ? authorityExtensions() : serviceExtensions(kind.uri)),
  });
  const signatureValue = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signingKey);
  const whole = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: Uint8Array.from(signatureValue).buffer,
  });
  const lines = Buffer.from(AsnConvert.serialize(whole))
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

function authorityExtensions(): Extension[] {
  return [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
  ];
}

/** `localhost` and its address are for curl and Prometheus; services go by the URI. */
function serviceExtensions(uri: string): Extension[] {
  const names = [{ uniformResourceIdentifier: uri }, { dNSName: 'localhost' }, { iPAddress: '127.0.0.1' }];
  return [
    extension(id_ce_basicConstraints, new BasicConstraints(), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(names.map((name) => new GeneralName(name)))),
  ];
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function named(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

/** Certificates know whole seconds only: the end is rounded up, so that none is shorter than asked for. */
function validity(lifeMs: number): Validity {
  const now = Date.now();
  const notAfter = new Date(Math.ceil((now + lifeMs) / 1000) * 1000);
  return new Validity({ notBefore: new Date(Math.min(now, notAfter.getTime()) - backdated(lifeMs)), notAfter });
}

/** Positive and never twice, as RFC 5280 section 4.1.2.2 wants it. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.buffer;
}
