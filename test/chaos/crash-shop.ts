/** The shop of the crash matrix: enough of everything, and one shopper who comes back for every case. */
import { importCatalogue } from '../../cli/demo/catalogue.ts';
import { type Patience, patience } from '../../cli/demo/patience.ts';
import { fillShelves, type Shelves } from '../../cli/demo/shelves.ts';
import { registerShoppers, type Shopper } from '../../cli/demo/shoppers.ts';
import { type MeshClient, meshClient } from '../../cli/mesh-client.ts';
import type { ChaosMesh } from './chaos-mesh.ts';

export interface CrashShop {
  mesh: ChaosMesh;
  operator: MeshClient;
  shopper: Shopper;
  shelves: Shelves;
  patient: Patience;
}

const PIECES = 1_000n;

export async function openCrashShop(mesh: ChaosMesh): Promise<CrashShop> {
  const patient = patience({ longestMs: 120_000, stillMs: 120_000 });
  const { gatewayUrl, operator: credentials } = mesh.record;
  const operator = await patient.call(() => meshClient(gatewayUrl).signedIn(credentials));
  const assortment = await importCatalogue(operator, patient, () => undefined);
  const shelves = await fillShelves(operator, assortment, PIECES, patient);
  const shopper = await newcomer(mesh, patient);
  return { mesh, operator, shopper, shelves, patient };
}

/** Somebody who was not known here before. */
export async function newcomer({ record }: ChaosMesh, patient: Patience): Promise<Shopper> {
  const [shopper] = await registerShoppers(record.gatewayUrl, 1, 1, patient);
  if (!shopper) throw new Error('there are no shoppers');
  return shopper;
}
