import {
  bigint,
  boolean,
  customType,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const time = (name: string) => timestamp(name, { withTimezone: true });

/** The tables of identity; the migrations create them, and a test compares the two. */
export const userAccount = pgTable('user_account', {
  id: uuid('id').primaryKey(),
  email: text('email').unique(),
  displayName: text('display_name').notNull(),
  passwordHash: text('password_hash'),
  roles: text('roles').array().notNull(),
  state: text('state', { enum: ['ACTIVE', 'BLOCKED', 'ERASED'] }).notNull(),
  version: bigint('version', { mode: 'bigint' }).notNull(),
  requestId: uuid('request_id').unique(),
  requestFingerprint: bytea('request_fingerprint'),
  createTime: time('create_time').notNull(),
});

export const session = pgTable('session', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  tokenHash: bytea('token_hash').notNull().unique(),
  createTime: time('create_time').notNull(),
  lastUseTime: time('last_use_time').notNull(),
  expireTime: time('expire_time').notNull(),
  revokeTime: time('revoke_time'),
  userAgent: text('user_agent').notNull().default(''),
  network: text('network').notNull().default(''),
});

export const spentRefreshToken = pgTable('spent_refresh_token', {
  tokenHash: bytea('token_hash').primaryKey(),
  sessionId: uuid('session_id').notNull(),
  spendTime: time('spend_time').notNull(),
});

export const loginAttempt = pgTable('login_attempt', {
  key: bytea('key').primaryKey(),
  count: integer('count').notNull(),
  windowEndTime: time('window_end_time').notNull(),
});

export const oauthClient = pgTable('oauth_client', {
  id: text('id').primaryKey(),
  kind: text('kind', { enum: ['PUBLIC', 'CONFIDENTIAL', 'SERVICE'] }).notNull(),
  name: text('name').notNull(),
  secretHash: bytea('secret_hash'),
  redirectUris: text('redirect_uris').array().notNull(),
  postLogoutRedirectUris: text('post_logout_redirect_uris').array().notNull(),
  scopes: text('scopes').array().notNull(),
  trusted: boolean('trusted').notNull(),
  createTime: time('create_time').notNull(),
});

export const oauthState = pgTable(
  'oauth_state',
  {
    kind: text('kind').notNull(),
    idHash: bytea('id_hash').notNull(),
    payload: jsonb('payload').notNull(),
    grantId: text('grant_id'),
    accountId: text('account_id'),
    uid: text('uid'),
    consumeTime: time('consume_time'),
    expireTime: time('expire_time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.idHash] })],
);

export const revocation = pgTable('revocation', {
  id: text('id').primaryKey(),
  revokeTime: time('revoke_time').notNull().defaultNow(),
  relayTime: time('relay_time'),
});

export const apiKey = pgTable(
  'api_key',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    name: text('name').notNull(),
    secretHash: bytea('secret_hash').notNull().unique(),
    hint: text('hint').notNull(),
    scopes: text('scopes').array().notNull(),
    requestId: uuid('request_id').notNull(),
    createTime: time('create_time').notNull(),
    expireTime: time('expire_time').notNull(),
    lastUseTime: time('last_use_time'),
    revokeTime: time('revoke_time'),
  },
  (table) => [unique().on(table.userId, table.requestId)],
);

export const oneTimeLink = pgTable('one_time_link', {
  tokenHash: bytea('token_hash').primaryKey(),
  kind: text('kind', { enum: ['PASSWORD_RESET', 'EMAIL_CHANGE'] }).notNull(),
  userId: uuid('user_id').notNull(),
  email: text('email'),
  expireTime: time('expire_time').notNull(),
});

export const accountMail = pgTable('account_mail', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  userId: uuid('user_id').notNull(),
  email: text('email').notNull(),
  correlationId: text('correlation_id').notNull(),
  attempts: integer('attempts').notNull().default(0),
  dueTime: time('due_time').notNull(),
  expireTime: time('expire_time').notNull(),
});

export const securityEvent = pgTable('security_event', {
  id: uuid('id').primaryKey(),
  kind: text('kind').notNull(),
  severity: text('severity', { enum: ['INFO', 'WARNING', 'HIGH'] }).notNull(),
  userId: uuid('user_id'),
  actorId: uuid('actor_id'),
  source: text('source').notNull(),
  detail: text('detail').notNull(),
  createTime: time('create_time').notNull(),
});
