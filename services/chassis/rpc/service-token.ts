import { Code, ConnectError } from '@connectrpc/connect';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';

/** Gives the token by which a service shows others who it is. Rejects as UNAVAILABLE when there is none to be had. */
export type ServiceToken = () => Promise<string>;

export interface ServiceTokenConfig {
  SERVICE_TOKEN?: string | undefined;
  OAUTH_CLIENT_ID?: string | undefined;
  OAUTH_CLIENT_SECRET?: string | undefined;
  OAUTH_TOKEN_URL?: string | undefined;
}

/**
 * The token that a service's environment gives it: by client credentials where they are set, else the one made beforehand, if there is one. A service's client is
 * named like the service, unless said otherwise.
 */
export function serviceTokenOf(
  service: string,
  config: ServiceTokenConfig,
  log: Logger,
): string | ServiceToken | undefined {
  const { OAUTH_CLIENT_ID: clientId = service, OAUTH_CLIENT_SECRET: secret, OAUTH_TOKEN_URL: url } = config;
  if (!secret && !url) return config.SERVICE_TOKEN;
  if (!secret || !url)
    throw new ConfigError('Bad configuration: OAUTH_CLIENT_SECRET and OAUTH_TOKEN_URL must be set together.');
  return clientCredentials({
    url,
    clientId,
    secret,
    onFailure: (error) => log.warn({ err: error }, 'no new service token could be had'),
  });
}

export interface ClientCredentials {
  /** The token endpoint of the authorization server. */
  url: string;
  clientId: string;
  secret: string;
  /** Told when a new token could not be had. */
  onFailure(error: unknown): void;
}

interface Held {
  readonly token: string;
  readonly renewAt: number;
  readonly expireAt: number;
}

/** A token is renewed somewhere between these shares of its life: services that started together do not all ask together. */
const RENEW_FROM = 0.8;
const RENEW_UNTIL = 0.9;
/** After a failure nobody asks again for so long, up to twice as long by chance. */
const REST_MS = 500;
const TIMEOUT_MS = 2_000;

/**
 * Holds a token by client credentials (RFC 6749, 4.4). It is fetched when first needed, by one caller for all, and renewed beside the calls that use it from
 * nine tenths of its life at the latest; while no new one can be had the old one is used until it expires.
 */
export function clientCredentials(credentials: ClientCredentials): ServiceToken {
  let held: Held | undefined;
  let fetching: Promise<Held> | undefined;
  let rest: { until: number; error: unknown } | undefined;

  const renew = (): Promise<Held> => {
    if (rest && Date.now() < rest.until) return Promise.reject(rest.error);
    fetching ??= fetchToken(credentials)
      .then(
        (next) => {
          rest = undefined;
          held = next;
          return next;
        },
        (error: unknown) => {
          rest = { until: Date.now() + REST_MS * (1 + Math.random()), error };
          credentials.onFailure(error);
          throw error;
        },
      )
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };

  return async () => {
    const now = Date.now();
    if (held && now < held.expireAt) {
      if (now >= held.renewAt) renew().catch(() => undefined);
      return held.token;
    }
    try {
      return (await renew()).token;
    } catch (cause) {
      throw new ConnectError('no service token could be had', Code.Unavailable, undefined, undefined, cause);
    }
  };
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

async function fetchToken({ url, clientId, secret }: ClientCredentials): Promise<Held> {
  const askedAt = Date.now();
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64');
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the authorization server answered ${response.status}`);
  }
  const { access_token: token, expires_in: seconds } = answer.parse(await response.json());
  const share = RENEW_FROM + (RENEW_UNTIL - RENEW_FROM) * Math.random();
  return { token, renewAt: askedAt + seconds * 1000 * share, expireAt: askedAt + seconds * 1000 };
}
