import { type Client, createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useQuery } from '@tanstack/react-query';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';

export interface Category {
  /** Its path, such as `Camping/Tents`. */
  path: string;
  /** Its last part. */
  name: string;
  /** Products in it and below it. */
  count: number;
  below: Category[];
}

const PAGE = 250;
const MOST_PAGES = 8;

/** The categories that products are in. The catalogue has no list of them, so they are read off its first two thousand products, once in five minutes. */
export function useCategories() {
  const transport = useTransport();
  return useQuery({
    queryKey: ['categories'],
    queryFn: ({ signal }) => readCategories(createClient(CatalogService, transport), signal),
    staleTime: 300_000,
  });
}

async function readCategories(catalog: Client<typeof CatalogService>, signal: AbortSignal): Promise<Category[]> {
  const paths: string[] = [];
  let pageToken = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await catalog.listProducts({ pageSize: PAGE, pageToken }, { signal });
    paths.push(...answer.products.map(({ category }) => category));
    pageToken = answer.nextPageToken;
    if (pageToken === '') break;
  }
  return treeOf(paths);
}

/** The tree of slash-separated paths, by name at each level. */
export function treeOf(paths: readonly string[], above = ''): Category[] {
  const byName = Map.groupBy(
    paths.filter((path) => path !== above && path !== ''),
    (path) => path.slice(above === '' ? 0 : above.length + 1).split('/')[0] ?? '',
  );
  return [...byName]
    .map(([name, within]) => {
      const path = above === '' ? name : `${above}/${name}`;
      return { path, name, count: within.length, below: treeOf(within, path) };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
