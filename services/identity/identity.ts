import type { BuiltService, ServiceDefinition, ServiceDeps } from '#chassis/service.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { bootstrapOperator } from './app/bootstrap-operator.ts';
import { confirmEmailChange, requestEmailChange } from './app/change-email.ts';
import { changePassword } from './app/change-password.ts';
import { checkCredentials } from './app/check-credentials.ts';
import { createApiKey } from './app/create-api-key.ts';
import { eraseMe } from './app/erase-me.ts';
import { exchangeApiKey } from './app/exchange-api-key.ts';
import { exportMyData } from './app/export-my-data.ts';
import { getUser } from './app/get-user.ts';
import { governUser } from './app/govern-user.ts';
import { listSessions } from './app/list-sessions.ts';
import { logIn } from './app/log-in.ts';
import { logOut } from './app/log-out.ts';
import { refreshToken } from './app/refresh-token.ts';
import { register } from './app/register.ts';
import { requestPasswordReset } from './app/request-password-reset.ts';
import { resetPassword } from './app/reset-password.ts';
import { revokeApiKey } from './app/revoke-api-key.ts';
import { revokeSession, revokeSessions } from './app/revoke-sessions.ts';
import { seedClients } from './app/seed-clients.ts';
import { sendAccountMails } from './app/send-account-mails.ts';
import { updateProfile } from './app/update-profile.ts';
import { accountMailer } from './clients/account-mailer.ts';
import { identityConfig } from './config.ts';
import { createPasswordHasher } from './crypto/password-hasher.ts';
import { loadSigningKeys } from './crypto/signing-keys.ts';
import { createTokenIssuer } from './crypto/token-issuer.ts';
import { identityErrors } from './errors.ts';
import { userEvent } from './events/publish.ts';
import { relayRevocations } from './events/relay-revocations.ts';
import { oauthPages } from './oauth/oauth-pages.ts';
import { createProvider } from './oauth/provider.ts';
import { accountService } from './rpc/account-service.ts';
import { apiKeysService } from './rpc/api-keys-service.ts';
import { identityOperationsService } from './rpc/identity-operations-service.ts';
import { identityService } from './rpc/identity-service.ts';
import { jwksHandler } from './rpc/jwks.ts';
import { sessionsService } from './rpc/sessions-service.ts';
import { accountMailStore } from './store/account-mail-store.ts';
import { apiKeyStore } from './store/api-key-store.ts';
import { atomically as atomicallyIn } from './store/atomically.ts';
import { loginAttempts } from './store/login-attempts.ts';
import { oauthClientStore } from './store/oauth-client-store.ts';
import { oauthStateStore } from './store/oauth-state-store.ts';
import { startPruning } from './store/prune.ts';
import { revocationStore } from './store/revocation-store.ts';
import { securityLog } from './store/security-event-store.ts';
import { sessionStore } from './store/session-store.ts';
import { userStore } from './store/user-store.ts';

/** Accounts, sign-in and tokens. */
export const identity: ServiceDefinition<typeof identityConfig> = {
  name: 'identity',
  config: identityConfig,
  migrations: new URL('./store/migrations/', import.meta.url),
  errors: identityErrors,
  build: buildIdentity,
};

/** The composition root, for production and tests alike. */
export async function buildIdentity({
  config,
  db,
  log,
  clock,
  client,
  identity: meshIdentity,
}: Pick<
  ServiceDeps<typeof identityConfig>,
  'config' | 'db' | 'log' | 'clock' | 'client' | 'identity'
>): Promise<BuiltService> {
  const { ISSUER: issuer } = config;
  const users = userStore(db, userEvent);
  const atomically = atomicallyIn(db, userEvent);
  const sessions = sessionStore(db);
  const events = securityLog(db);
  const passwords = await createPasswordHasher();
  const keys = await loadSigningKeys(config.SIGNING_KEY, config.SIGNING_KEYS_PREVIOUS);
  const tokens = createTokenIssuer(keys, issuer);
  const refreshDays = config.REFRESH_TOKEN_DAYS;
  const limit = {
    perAccount: config.LOGIN_LIMIT_ACCOUNT,
    perAddress: config.LOGIN_LIMIT_ADDRESS,
    windowSeconds: config.LOGIN_LIMIT_WINDOW_SECONDS,
    blockSeconds: config.LOGIN_BLOCK_SECONDS,
  };

  const { BOOTSTRAP_OPERATOR_EMAIL: email, BOOTSTRAP_OPERATOR_PASSWORD: password } = config;
  if (email && password) await bootstrapOperator({ users, passwords, clock })(email, password);

  const clients = oauthClientStore(db);
  await seedClients({ clients, clock })(config.OAUTH_CLIENTS);

  const attempts = loginAttempts(db);
  const mails = accountMailStore(db);
  const apiKeys = apiKeyStore(db);
  const check = checkCredentials({ users, sessions, attempts, atomically, passwords, clock, limit });
  const provider = createProvider({
    issuer,
    signingKey: { ...config.SIGNING_KEY, kid: keys.current.kid },
    published: keys.published,
    store: oauthStateStore(db),
    clients,
    sessions,
    users,
    tokens,
    refreshDays,
    log,
    now: () => clock.now(),
  });

  const routes = [
    identityService({
      register: register({ users, passwords, clock }),
      logIn: logIn({ check, sessions, atomically, tokens, clock, refreshDays }),
      refreshToken: refreshToken({ sessions, atomically, tokens, clock, refreshDays }),
      logOut: logOut({ sessions, clock }),
      getUser: getUser({ users }),
      findUsers: users.find,
      updateProfile: updateProfile({ atomically }),
      exportMyData: exportMyData({ users, sessions }),
      eraseMe: eraseMe({ atomically }),
    }),
    accountService({
      requestPasswordReset: requestPasswordReset({ mails, attempts, clock, limit }),
      resetPassword: resetPassword({ atomically, passwords, clock }),
      changePassword: changePassword({ users, check, atomically, passwords, clock }),
      requestEmailChange: requestEmailChange({ users, check, mails, clock }),
      confirmEmailChange: confirmEmailChange({ atomically, clock }),
    }),
    apiKeysService({
      createApiKey: createApiKey({ atomically, clock }),
      listApiKeys: (userId) => apiKeys.listOf(userId, clock.now()),
      revokeApiKey: revokeApiKey({ atomically, clock }),
      exchangeApiKey: exchangeApiKey({ keys: apiKeys, tokens, clock }),
    }),
    identityOperationsService({
      govern: governUser({ atomically, clock }),
      listUsers: users.list,
      listEvents: events.list,
      listSessions: listSessions({ sessions, clock }),
      revokeSessions: revokeSessions({ atomically, clock }),
    }),
    sessionsService({
      listSessions: listSessions({ sessions, clock }),
      revokeSession: revokeSession({ atomically, clock }),
      revokeSessions: revokeSessions({ atomically, clock }),
    }),
  ];
  const pruning = {
    name: 'pruning',
    start: () =>
      startPruning(
        db,
        () => clock.now(),
        (error) => log.warn({ err: error }, 'pruning failed'),
      ),
  };
  const http = {
    '/.well-known/jwks.json': jwksHandler(keys.published),
    ...oauthPages({ provider, check, issuer, identity: meshIdentity }),
  };
  const { NATS_URL: url } = config;
  const relay = {
    name: 'revocation relay',
    start: () => relayRevocations({ url: url ?? '', store: revocationStore(db), log }),
  };
  const mailer = accountMailer(client(NotificationsService, 'notifications'));
  const mailing = { name: 'account mails', start: () => sendAccountMails({ mails, mailer, issuer, clock, log }) };
  return { routes, background: [pruning, mailing, ...(url ? [relay] : [])], http };
}
