import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';

/** How often the files are looked at, in milliseconds. */
const LOOK_MS = 1_000;

/** The certificate chain that browsers are shown, and its key, in PEM. */
export interface CertificateAndKey {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What a port proves with who it is to clients of the outside. Changes while it runs: each new connection takes the one that is current. */
export interface EdgeCertificate {
  current(): CertificateAndKey;
  /** Tells of every new certificate. */
  watch(tell: (certificate: CertificateAndKey) => void): void;
  stop(): void;
}

/**
 * The certificate that two files hold; undefined when neither is named. Throws ConfigError when they are no pair. Files that are bad later on are passed over, and
 * said to be, until they are good again.
 */
export function openEdgeCertificate(
  { EDGE_TLS_CERT, EDGE_TLS_KEY }: { EDGE_TLS_CERT?: string | undefined; EDGE_TLS_KEY?: string | undefined },
  log: Logger,
  everyMs = LOOK_MS,
): EdgeCertificate | undefined {
  if (EDGE_TLS_CERT === undefined && EDGE_TLS_KEY === undefined) return undefined;
  if (EDGE_TLS_CERT === undefined || EDGE_TLS_KEY === undefined)
    throw new ConfigError(
      'Bad configuration: EDGE_TLS_CERT and EDGE_TLS_KEY go together, and only one of them is set.',
    );
  const read = () => readPair(EDGE_TLS_CERT, EDGE_TLS_KEY);
  let current: CertificateAndKey;
  try {
    current = read();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Bad configuration: EDGE_TLS_CERT is ${JSON.stringify(EDGE_TLS_CERT)}. ${problem}.`);
  }
  const watchers = new Set<(certificate: CertificateAndKey) => void>();
  let told: string | undefined;
  const look = () => {
    try {
      const found = read();
      told = undefined;
      if (found.cert.equals(current.cert) && found.key.equals(current.key)) return;
      current = found;
      for (const tell of watchers) tell(found);
      log.info('new certificate in use at the edge');
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== told) log.warn({ problem }, 'the new certificate cannot be used; the old one stays');
      told = problem;
    }
  };
  const timer = setInterval(look, everyMs).unref();
  return {
    current: () => current,
    watch: (tell) => void watchers.add(tell),
    stop: () => clearInterval(timer),
  };
}

function readPair(certFile: string, keyFile: string): CertificateAndKey {
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new Error('EDGE_TLS_KEY must hold the key of the certificate that EDGE_TLS_CERT names');
  createSecureContext({ cert, key });
  return { cert, key };
}
