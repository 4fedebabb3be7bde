import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/** The secrets of a mesh on a laptop. They are made once and kept with its data, readable by their owner only. */
export interface LocalCredentials {
  /** Identity signs access tokens with it. */
  signingKey: JWK;
  /** Service tokens are signed with it. */
  meshKey: JWK;
  operator: { email: string; password: string };
}

/** Reads the credentials of a data folder, making them at the first start. */
export async function localCredentials(directory: string): Promise<LocalCredentials> {
  const file = join(directory, 'credentials.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as LocalCredentials;
  const made: LocalCredentials = {
    signingKey: await newKey('identity'),
    meshKey: await newKey('mesh'),
    operator: { email: 'operator@tradewind.example', password: randomBytes(18).toString('base64url') },
  };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

/** The public half of the mesh key, as services read it from MESH_JWKS. */
export function meshJwks({ meshKey: { d: _, ...key } }: LocalCredentials): string {
  return JSON.stringify({ keys: [key] });
}

/** The token by which a service proves to others who it is. Good for 30 days; each start makes new ones. */
export async function serviceToken({ meshKey }: LocalCredentials, service: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'mesh' })
    .setIssuer('tradewind-mesh')
    .setAudience('tradewind')
    .setSubject(`service:${service}`)
    .setIssuedAt()
    .setExpirationTime('30d')
    .sign(await importJWK(meshKey, 'ES256'));
}

async function newKey(purpose: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = purpose === 'mesh' ? 'mesh' : `${purpose}-${randomBytes(4).toString('hex')}`;
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}
