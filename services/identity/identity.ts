import type { BuiltService, ServiceDefinition, ServiceDeps } from '#chassis/service.ts';
import { bootstrapOperator } from './app/bootstrap-operator.ts';
import { eraseMe } from './app/erase-me.ts';
import { exportMyData } from './app/export-my-data.ts';
import { getUser } from './app/get-user.ts';
import { logIn } from './app/log-in.ts';
import { logOut } from './app/log-out.ts';
import { refreshToken } from './app/refresh-token.ts';
import { register } from './app/register.ts';
import { updateProfile } from './app/update-profile.ts';
import { identityConfig } from './config.ts';
import { createPasswordHasher } from './crypto/password-hasher.ts';
import { loadSigningKeys } from './crypto/signing-keys.ts';
import { createTokenIssuer } from './crypto/token-issuer.ts';
import { identityErrors } from './errors.ts';
import { userEvent } from './events/publish.ts';
import { identityService } from './rpc/identity-service.ts';
import { jwksHandler } from './rpc/jwks.ts';
import { loginAttempts } from './store/login-attempts.ts';
import { startPruning } from './store/prune.ts';
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
}: Pick<ServiceDeps<typeof identityConfig>, 'config' | 'db' | 'log' | 'clock'>): Promise<BuiltService> {
  const users = userStore(db, userEvent);
  const sessions = sessionStore(db);
  const passwords = await createPasswordHasher();
  const keys = await loadSigningKeys(config.SIGNING_KEY, config.SIGNING_KEYS_PREVIOUS);
  const tokens = createTokenIssuer(keys);
  const refreshDays = config.REFRESH_TOKEN_DAYS;
  const limit = {
    perAccount: config.LOGIN_LIMIT_ACCOUNT,
    perAddress: config.LOGIN_LIMIT_ADDRESS,
    windowSeconds: config.LOGIN_LIMIT_WINDOW_SECONDS,
  };

  const { BOOTSTRAP_OPERATOR_EMAIL: email, BOOTSTRAP_OPERATOR_PASSWORD: password } = config;
  if (email && password) await bootstrapOperator({ users, passwords, clock })(email, password);

  const routes = [
    identityService({
      register: register({ users, passwords, clock }),
      logIn: logIn({ users, sessions, attempts: loginAttempts(db), passwords, tokens, clock, limit, refreshDays }),
      refreshToken: refreshToken({ sessions, tokens, clock, refreshDays }),
      logOut: logOut({ sessions, clock }),
      getUser: getUser({ users }),
      findUsers: users.find,
      updateProfile: updateProfile({ users }),
      exportMyData: exportMyData({ users, sessions }),
      eraseMe: eraseMe({ users }),
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
  return { routes, background: [pruning], http: { '/.well-known/jwks.json': jwksHandler(keys.published) } };
}
