import type { JWK } from 'jose';
import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';
import type { GivenClient } from './app/seed-clients.ts';
import { SCOPES } from './domain/oauth-scopes.ts';

const ecKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });

/** A client as it is written in the configuration. */
const client = z
  .strictObject({
    // Not the name that Login's own tokens carry.
    id: z.string().regex(/^(?!tradewind$)[a-z][a-z0-9-]{0,62}$/),
    kind: z.enum(['PUBLIC', 'CONFIDENTIAL', 'SERVICE']),
    name: z.string().min(1).max(100).optional(),
    /** Random, so long that it cannot be guessed. */
    secret: z.string().min(32).max(200).optional(),
    redirectUris: z.array(z.url()).default([]),
    postLogoutRedirectUris: z.array(z.url()).default([]),
    scopes: z.array(z.string().refine((scope) => scope in SCOPES)).default([]),
    trusted: z.boolean().default(false),
  })
  .refine(({ kind, secret }) => (kind === 'PUBLIC') === (secret === undefined))
  .transform((given): GivenClient => ({ ...given, name: given.name ?? given.id }));

/** A variable that holds JSON of a shape. */
function json<T extends z.ZodType>(shape: T, rule: string) {
  return z.string().transform((text, context): z.infer<T> => {
    const parsed = shape.safeParse(parsedJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: rule });
    return z.NEVER;
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What identity reads from its environment, beside what every service does. */
export const identityConfig = {
  ...baseConfig,
  /** Where notifications is, which mails for us. */
  UPSTREAM_NOTIFICATIONS: z.string().regex(/^[^,\s]+:\d+(,[^,\s]+:\d+)*$/, 'It must be host:port[,host:port]'),
  /** Signs access tokens. */
  SIGNING_KEY: json(
    ecKey.extend({ d: z.string(), kid: z.string().optional() }),
    'It must be a private EC P-256 key as JWK (JSON)',
  ).transform((key): JWK => key),
  /** Published beside it: keys just retired, and the one about to come. */
  SIGNING_KEYS_PREVIOUS: json(
    z.array(ecKey.extend({ kid: z.string().optional() })),
    'It must be a list of EC P-256 keys as JWK (JSON)',
  )
    .transform((keys): JWK[] => keys)
    .default([]),
  /** Clients of the authorization server that are there from the start. */
  OAUTH_CLIENTS: json(
    z.array(client),
    'It must be a list of clients (JSON): id, kind (PUBLIC, CONFIDENTIAL or SERVICE), all but public ones with a secret of 32 characters or more',
  ).default([]),
  BOOTSTRAP_OPERATOR_EMAIL: z.email().optional(),
  BOOTSTRAP_OPERATOR_PASSWORD: z.string().min(10).max(200).optional(),
  REFRESH_TOKEN_DAYS: wholeNumber(1, 365).default(30),
  LOGIN_LIMIT_ACCOUNT: wholeNumber(1, 1_000).default(10),
  LOGIN_LIMIT_ADDRESS: wholeNumber(1, 100_000).default(5),
  LOGIN_LIMIT_WINDOW_SECONDS: wholeNumber(1, 86_400).default(900),
  /** How long an address that used up its tries gets no more. */
  LOGIN_BLOCK_SECONDS: wholeNumber(1, 604_800).default(3600),
};
