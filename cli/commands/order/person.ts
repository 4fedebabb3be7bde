import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { newId } from '#chassis/ids.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import type { Context } from '../../context.ts';
import { Misuse } from '../../failure.ts';
import type { MeshClient } from '../../mesh-client.ts';

interface Credentials {
  email: string;
  password: string;
}

/** Options by which a command is told on whose behalf it acts. */
export function actsAsSomebody(command: Command): Command {
  return command.option('--email <email>', 'act as this person; the password is read from TRADEWIND_PASSWORD');
}

/** Whom the options name; undefined when they name nobody. */
export function named({ email }: { email?: string }): Credentials | undefined {
  if (email === undefined) return undefined;
  const password = process.env.TRADEWIND_PASSWORD;
  if (password) return { email, password };
  throw new Misuse(`Set TRADEWIND_PASSWORD to the password of ${email}.`);
}

/** A shopper of this data folder, registered when first needed, so that an order can be placed with one command. */
export async function localShopper(context: Context): Promise<MeshClient> {
  const guest = context.guest();
  const file = join(context.directory, 'shopper.json');
  if (existsSync(file)) return guest.signedIn(JSON.parse(readFileSync(file, 'utf8')) as Credentials);
  const shopper = {
    email: `shopper-${randomBytes(4).toString('hex')}@tradewind.example`,
    password: randomBytes(18).toString('base64url'),
  };
  await guest.of(IdentityService).register({ requestId: newId(), ...shopper, displayName: 'Local Shopper' });
  writeFileSync(file, `${JSON.stringify(shopper, null, 2)}\n`, { mode: 0o600 });
  return guest.signedIn(shopper);
}
