import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { browsePath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Filters } from './filters.tsx';
import { GridInWaiting, ProductGrid } from './product-grid.tsx';

const PAGE_SIZE = 24;

/** Products of a category, or those that words find, with what narrows them down. All that was chosen is in the address. */
export function Browse() {
  const [words] = useSearchParams();
  const query = words.get('q')?.trim().slice(0, 200) ?? '';
  const category = words.get('category') ?? '';
  const brands = words.getAll('brand');
  const found = useFound(query, category, brands);
  const place = category.split('/').at(-1) || 'All products';
  const title = query ? `“${query}”` : place;
  return (
    <Page title={title} tab={query || place}>
      <Crumbs category={category} query={query} />
      <div className="browse">
        <Filters query={query} category={category} brands={brands} facets={found.facets} />
        <section aria-label="Products" aria-busy={found.isLooking}>
          <p className="found" role="status">
            {found.isLooking ? 'Looking …' : found.told}
          </p>
          {found.error && <ProblemNotice error={found.error} of="The products" again={found.again} />}
          {found.isPending && <GridInWaiting count={12} />}
          {found.products.length > 0 && <ProductGrid products={found.products} label={title} />}
          {!found.isLooking && !found.error && found.products.length === 0 && <NothingFound query={query} />}
          {found.hasMore && !found.isLooking && (
            <Button variant="default" className="more" loading={found.isFetchingMore} onClick={() => found.more()}>
              Show more
            </Button>
          )}
        </section>
      </div>
    </Page>
  );
}

/** With words the search answers, which counts brands and categories; without, the list by title. */
function useFound(query: string, category: string, brands: string[]) {
  const { searchProducts, listProducts } = CatalogService.method;
  const paging = {
    pageParamKey: 'pageToken',
    getNextPageParam: (last: { nextPageToken: string }) => last.nextPageToken || undefined,
  } as const;
  const searched = useInfiniteQuery(
    searchProducts,
    { query: query || 'x', category, brands, pageSize: PAGE_SIZE, pageToken: '' },
    // What was found before stays in sight, so that nobody loses the box they just ticked.
    { ...paging, enabled: query !== '', placeholderData: (before) => before },
  );
  const listed = useInfiniteQuery(
    listProducts,
    { category, pageSize: PAGE_SIZE, pageToken: '' },
    { ...paging, enabled: query === '' },
  );
  const shown = query === '' ? listed : searched;
  const products = shown.data?.pages.flatMap((page) => page.products) ?? [];
  const total = searched.data?.pages[0]?.total ?? 0;
  const count = `${products.length}${shown.hasNextPage ? ' or more' : ''}`;
  return {
    products,
    facets: query === '' ? [] : (searched.data?.pages[0]?.facets ?? []),
    told: `${query === '' ? count : total} ${(query === '' ? products.length : total) === 1 ? 'product' : 'products'}`,
    isPending: shown.isPending,
    isLooking: shown.isPending || shown.isPlaceholderData,
    error: shown.data ? null : shown.error,
    hasMore: shown.hasNextPage,
    isFetchingMore: shown.isFetchingNextPage,
    more: () => shown.fetchNextPage(),
    again: () => shown.refetch(),
  };
}

function Crumbs({ category, query }: { category: string; query: string }) {
  const parts = category === '' ? [] : category.split('/');
  if (parts.length === 0) return null;
  return (
    <nav aria-label="Categories above" className="crumbs">
      <Link to={browsePath({ query })}>All products</Link>
      {parts.slice(0, -1).map((part, index) => (
        <Link key={part} to={browsePath({ query, category: parts.slice(0, index + 1).join('/') })}>
          {part}
        </Link>
      ))}
      <span aria-current="page">{parts.at(-1)}</span>
    </nav>
  );
}

function NothingFound({ query }: { query: string }) {
  return (
    <div className="empty">
      <p>{query ? `Nothing fits “${query}”.` : 'There is nothing here.'}</p>
      <p>
        Try fewer or other words, or look through <Link to="/browse">all products</Link>.
      </p>
    </div>
  );
}
