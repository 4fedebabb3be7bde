import { freshConsole } from '../../services/console/fresh.ts';
import { openShop, type Shop, type ShopOptions } from '../e2e/shop.fixture.ts';

/** A mesh with the console as its sources are now. */
export async function openConsole(options: ShopOptions = {}): Promise<Shop> {
  await freshConsole(() => undefined);
  return openShop(options);
}
