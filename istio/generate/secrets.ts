/** Which secrets each service reads, by name and variable. Their values are in no file: `istio/README.md` says how they get into a cluster. */
import type { MeshService } from './mesh.ts';
import { secretName } from './names.ts';

/** The public keys of service tokens: nothing to hide, but each environment has its own. */
const MESH_KEYS_SECRET = 'mesh-keys';

interface SecretReference {
  readonly secret: string;
  readonly variable: string;
  /** A service starts without it. */
  readonly optional: boolean;
}

/** Beside those that every service has. */
const OWN: Readonly<Record<string, readonly [variable: string, optional: boolean][]>> = {
  identity: [
    ['SIGNING_KEY', false],
    ['SIGNING_KEYS_PREVIOUS', true],
    ['BOOTSTRAP_OPERATOR_EMAIL', true],
    ['BOOTSTRAP_OPERATOR_PASSWORD', true],
  ],
  notifications: [['SMTP_URL', false]],
};

export function secretsOf({ name, database }: Pick<MeshService, 'name' | 'database'>): SecretReference[] {
  const own = (variable: string, optional = false) => ({ secret: secretName(name), variable, optional });
  return [
    { secret: MESH_KEYS_SECRET, variable: 'MESH_JWKS', optional: false },
    own('SERVICE_TOKEN'),
    own('NATS_URL'),
    ...(database ? [own('DATABASE_URL')] : []),
    ...(OWN[name] ?? []).map(([variable, optional]) => own(variable, optional)),
  ];
}
