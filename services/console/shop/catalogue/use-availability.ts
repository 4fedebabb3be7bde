import { useQuery } from '@connectrpc/connect-query';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { isPassing } from '../../transport/problem.ts';

const MOST_ASKED = 250;

/** What is there of some products, by their ids. While it cannot be had it is asked for again and again, and told to be missing from the first failure on: the next try may be half a minute away. */
export function useAvailability(wanted: readonly string[]): {
  stock: ReadonlyMap<string, Availability>;
  isMissing: boolean;
} {
  const productIds = wanted.slice(0, MOST_ASKED);
  const { data, isPlaceholderData, failureReason } = useQuery(
    InventoryService.method.getAvailability,
    { productIds },
    {
      enabled: productIds.length > 0,
      placeholderData: (before) => before,
      staleTime: 10_000,
      retry: (_failures, error) => isPassing(error),
    },
  );
  return {
    stock: new Map(data?.availability.map((each) => [each.productId, each])),
    isMissing: failureReason !== null && (data === undefined || isPlaceholderData),
  };
}
