import { randomBytes } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId } from '#chassis/ids.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import type { AddressSchema } from '#gen/tradewind/type/v1/address_pb.ts';
import { type MeshClient, meshClient } from '../mesh-client.ts';
import { inParallel } from './in-parallel.ts';
import type { Patience } from './patience.ts';
import { seededRandom } from './random.ts';

/** Somebody who buys. */
export interface Shopper {
  /** The gateway, on a connection of their own and signed in as them. */
  mesh: MeshClient;
  address: MessageInitShape<typeof AddressSchema>;
}

const FIRST_NAMES =
  'Amara Bastian Carla Dimitri Elif Finn Greta Hassan Ines Jonas Katarzyna Luca Maud Nils Oda Pavel Rosa Sander Tove Yusuf'.split(
    ' ',
  );
const LAST_NAMES =
  'Albrecht Bakker Castellani Dupont Eriksen Fischer Gruber Huber Janssen Kowalski Lindqvist Moreau Novak Okafor Petit Richter Steiner Vermeer Weiss Yilmaz'.split(
    ' ',
  );
const HOMES = [
  ['Invalidenstr. 117', 'Berlin', '10115', 'DE'],
  ['Schanzenstr. 40', 'Hamburg', '20357', 'DE'],
  ['Sendlinger Str. 8', 'München', '80331', 'DE'],
  ['Mariahilfer Str. 77', 'Wien', '1060', 'AT'],
  ['Niederdorfstr. 21', 'Zürich', '8001', 'CH'],
  ['12 rue des Martyrs', 'Paris', '75009', 'FR'],
  ['Haarlemmerstraat 64', 'Amsterdam', '1013 ES', 'NL'],
  ['Studiestræde 19', 'København', '1455', 'DK'],
  ['Via Garibaldi 33', 'Torino', '10122', 'IT'],
  ['Rue Haute 140', 'Bruxelles', '1000', 'BE'],
] as const;

/** Registers new shoppers and signs them in. Each run brings people of its own; their password is known to nobody afterwards. */
export async function registerShoppers(
  gatewayUrl: string,
  count: number,
  seed: number,
  patience: Patience,
): Promise<Shopper[]> {
  const run = newId().slice(-8);
  const random = seededRandom(seed, -1);
  const people = Array.from({ length: count }, (_, index) => {
    const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
    const email = `${first}.${last}.${run}-${index + 1}@shoppers.example`.toLowerCase();
    return { name: `${first} ${last}`, email, home: random.pick(HOMES) };
  });
  return inParallel(people, 8, async ({ name, email, home }) => {
    const guest = meshClient(gatewayUrl);
    const password = randomBytes(18).toString('base64url');
    const account = { requestId: newId(), email, password, displayName: name };
    await patience.call((options) => guest.of(IdentityService).register(account, options));
    const [line1, city, postalCode, countryCode] = home;
    return {
      mesh: await patience.call(() => guest.signedIn({ email, password })),
      address: { recipient: name, line1, city, postalCode, countryCode },
    };
  });
}
