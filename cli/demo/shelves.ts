import { derivedId } from '#chassis/ids.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import type { MeshClient } from '../mesh-client.ts';
import type { Assortment } from './catalogue.ts';
import { inParallel } from './in-parallel.ts';
import type { Patience } from './patience.ts';
import type { Random } from './random.ts';

const WAREHOUSE = 'main';
const BATCH = 250;

/** A line of an order: so many pieces of a product. */
export interface Line {
  productId: string;
  quantity: bigint;
}

/** What a shopper can reach for. */
export interface Shelves {
  /** Lines of `count` different products that are there in plenty. */
  stocked(random: Random, count: number): Line[];
  /** A line of a product that is gone for good. */
  soldOut(random: Random): Line;
  /** Works with a product of which there is none until the operator gets some; nobody else orders it meanwhile. */
  madeToOrder<T>(
    work: (productId: string, deliver: (pieces: bigint, orderId: string) => Promise<void>) => Promise<T>,
  ): Promise<T>;
}

/** Counts every product and sets right what is missing or too much: `plenty` pieces of regular products at least, none of the others. */
export async function fillShelves(
  operator: MeshClient,
  { regular, soldOut, madeToOrder }: Assortment,
  plenty: bigint,
  patience: Patience,
): Promise<Shelves> {
  const inventory = operator.of(InventoryService);
  const adjust = (requestId: string, productId: string, delta: bigint) =>
    patience.call((options) => inventory.adjustStock({ requestId, productId, warehouse: WAREHOUSE, delta }, options));

  const empty = new Set([...soldOut, ...madeToOrder]);
  const all = [...regular, ...empty];
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, n) =>
    all.slice(n * BATCH, (n + 1) * BATCH),
  );
  for (const productIds of batches) {
    const { availability } = await patience.call((options) => inventory.getAvailability({ productIds }, options));
    await inParallel(availability, 16, async ({ productId, available, version }) => {
      const delta = empty.has(productId) ? -available : plenty - available;
      // Derived from the count it corrects: a repeat, or another demo that counted the same, corrects it once.
      const requestId = derivedId('demo stock count', productId, `${version}`, `${delta}`);
      if (empty.has(productId) ? delta !== 0n : delta > 0n) await adjust(requestId, productId, delta);
    });
  }

  const free = [...madeToOrder];
  const waiting: ((productId: string) => void)[] = [];
  return {
    stocked: (random, count) =>
      random.sample(regular, count).map((productId) => ({ productId, quantity: BigInt(1 + random.below(2)) })),
    soldOut: (random) => ({ productId: random.pick(soldOut), quantity: 1n }),
    async madeToOrder(work) {
      const productId = free.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
      try {
        return await work(productId, async (pieces, orderId) => {
          await adjust(derivedId('demo delivery', orderId, productId), productId, pieces);
        });
      } finally {
        const next = waiting.shift();
        if (next) next(productId);
        else free.push(productId);
      }
    },
  };
}
