import { LRUCache } from 'lru-cache';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';
import { BadCredentials, type CredentialFiles, readCredentials, type TlsCredentials } from './credentials.ts';

/** How often the files are looked at, in milliseconds. */
const LOOK_MS = 1_000;
const REPORT_MS = 60_000;

/** What proves to other services who this one is. Its certificate changes while it runs: each new connection takes the one that is current. */
export interface MeshIdentity {
  readonly service: string;
  readonly trustDomain: string;
  current(): TlsCredentials;
  /** Tells of every new certificate, until the answer is called. */
  watch(tell: (credentials: TlsCredentials) => void): () => void;
  /** Says why a connection did not come about; the same not again within a minute. */
  report(problem: string): void;
  stop(): void;
}

/** The variables that turn mutual TLS on. */
export type TlsConfig = Partial<CredentialFiles & { TRUST_DOMAIN: string }>;

/**
 * The identity a service's environment gives it; undefined when it names none. All four variables are set, or none. Throws ConfigError when a file is not what it
 * must be. Files that are bad later on are passed over, and said to be, until they are good again.
 */
export function openIdentity(
  { TLS_CERT, TLS_KEY, TLS_CA, TRUST_DOMAIN }: TlsConfig,
  service: string,
  log: Logger,
  everyMs = LOOK_MS,
): MeshIdentity | undefined {
  const given = { TLS_CERT, TLS_KEY, TLS_CA, TRUST_DOMAIN };
  const names = Object.keys(given) as (keyof typeof given)[];
  const set = names.filter((name) => given[name] !== undefined);
  const missing = names.find((name) => given[name] === undefined);
  if (set.length === 0) return undefined;
  if (!TLS_CERT || !TLS_KEY || !TLS_CA || !TRUST_DOMAIN)
    throw new ConfigError(
      `Bad configuration: ${missing} is not set. It must be, because ${set[0]} is: ${names.join(', ')} go together.`,
    );
  const files = { TLS_CERT, TLS_KEY, TLS_CA };
  const read = () => readCredentials(files, service, TRUST_DOMAIN);
  let current: TlsCredentials;
  try {
    current = read();
  } catch (error) {
    if (!(error instanceof BadCredentials)) throw error;
    const { variable, message } = error;
    throw new ConfigError(`Bad configuration: ${variable} is ${JSON.stringify(files[variable])}. ${message}.`);
  }
  const watchers = new Set<(credentials: TlsCredentials) => void>();
  let lastProblem: string | undefined;
  const look = () => {
    try {
      const found = read();
      lastProblem = undefined;
      if (found.cert.equals(current.cert) && found.ca.equals(current.ca)) return;
      current = found;
      for (const tell of watchers) tell(found);
      log.info({ validTo: new Date(found.validTo).toISOString() }, 'new certificate in use');
    } catch (error) {
      // The two files of a new pair are not written at one instant: a pair that does not fit is worth a word only when it stays so.
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === lastProblem) log.warn({ problem }, 'the new certificate cannot be used; the old one stays');
      lastProblem = lastProblem === problem ? `${problem} (told)` : problem;
    }
  };
  const reported = new LRUCache<string, true>({ max: 100, ttl: REPORT_MS });
  const timer = setInterval(look, everyMs).unref();
  return {
    service,
    trustDomain: TRUST_DOMAIN,
    current: () => current,
    watch(tell) {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    report(problem) {
      if (reported.get(problem) !== undefined) return;
      reported.set(problem, true);
      log.warn({ problem }, 'a connection was refused');
    },
    stop: () => clearInterval(timer),
  };
}
