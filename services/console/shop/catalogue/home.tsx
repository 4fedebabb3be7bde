import { useQuery } from '@connectrpc/connect-query';
import { Button, Skeleton } from '@mantine/core';
import { Link } from 'react-router';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { browsePath } from '../../app/paths.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { useCategories } from './categories.ts';
import { drawingOf } from './drawings.ts';
import { GridInWaiting, ProductGrid } from './product-grid.tsx';

const SHOWN = 12;

/** Where a visit begins. */
export function Home() {
  return (
    <Page title="Everything for the way out" tab="Tradewind" quiet>
      <section className="hero" aria-labelledby="hero-title">
        <div className="hero-text">
          <h2 id="hero-title">Everything for the way out.</h2>
          <p>Tents, packs, boots and what else a night outside asks for.</p>
          <Button component={Link} to="/browse" size="md" color="dark.8" variant="white" className="hero-button">
            See all products
          </Button>
        </div>
        <Hills />
      </section>
      <CategoryTiles />
      <Picks />
    </Page>
  );
}

function CategoryTiles() {
  const { data, isPending } = useCategories();
  if (data?.length === 0 || (!data && !isPending)) return null;
  return (
    <section aria-labelledby="categories-title">
      <h2 id="categories-title">Shop by category</h2>
      <ul className="tiles">
        {data?.map(({ path, name, count }) => (
          <li key={path}>
            <Link to={browsePath({ category: path })} className="tile">
              <svg
                viewBox="0 0 24 24"
                width="28"
                height="28"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.500"
                aria-hidden="true"
              >
                <path d={drawingOf(name === 'Camping' ? 'Tents' : name)} />
              </svg>
              <span>{name}</span>
              <small>
                {count} <span className="unseen">products</span>
              </small>
            </Link>
          </li>
        )) ??
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
          Array.from({ length: 10 }, (_, index) => <Skeleton component="li" key={index} height={104} />)}
      </ul>
    </section>
  );
}

function Picks() {
  const { data, error, refetch } = useQuery(CatalogService.method.listProducts, { pageSize: SHOWN });
  return (
    <section aria-labelledby="picks-title">
      <h2 id="picks-title">A look around</h2>
      {error && !data && <ProblemNotice error={error} of="The products" again={refetch} />}
      {!data && !error && <GridInWaiting count={SHOWN} />}
      {data?.products.length === 0 && <EmptyShop />}
      {data && data.products.length > 0 && <ProductGrid products={data.products} label="A look around" />}
    </section>
  );
}

function EmptyShop() {
  return (
    <div className="empty">
      <p>The shelves are empty.</p>
      <p>
        Who runs this shop fills them with <code>npx tradewind catalog import cli/demo/catalogue.csv</code>.
      </p>
    </div>
  );
}

function Hills() {
  return (
    <svg className="hills" viewBox="0 0 800 320" preserveAspectRatio="xMaxYMax slice" aria-hidden="true">
      <circle cx="610" cy="92" r="46" fill="#f4b860" />
      <path d="M0 250 150 130l90 70 130-130 150 150 110-90 170 140v80H0z" fill="#0a5c58" />
      <path d="M0 290 190 190l120 60 140-90 160 100 190-70v130H0z" fill="#084b48" />
      <path d="m560 262 44-70 44 70zm44-70-10 70m10-70 16 70" fill="#f4b860" stroke="#084b48" strokeWidth="3" />
      <path d="M0 320v-30c160-20 300-30 430-20s250 10 370-14v64z" fill="#063b39" />
    </svg>
  );
}
