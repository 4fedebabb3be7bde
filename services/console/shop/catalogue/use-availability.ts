import { useQuery } from '@connectrpc/connect-query';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';

const MOST_ASKED = 250;
const LOOK_AGAIN_MS = 5_000;

/** What is there of some products, by their ids. While it cannot be had it is asked for again and again. */
export function useAvailability(wanted: readonly string[]): {
  stock: ReadonlyMap<string, Availability>;
  isMissing: boolean;
} {
  const productIds = wanted.slice(0, MOST_ASKED);
  const { data, error } = useQuery(
    InventoryService.method.getAvailability,
    { productIds },
    {
      enabled: productIds.length > 0,
      placeholderData: (before) => before,
      staleTime: 10_000,
      refetchInterval: ({ state }) => (state.error ? LOOK_AGAIN_MS : false),
    },
  );
  return {
    stock: new Map(data?.availability.map((each) => [each.productId, each])),
    isMissing: error !== null && data === undefined,
  };
}
