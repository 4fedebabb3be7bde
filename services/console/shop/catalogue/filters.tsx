import { Checkbox } from '@mantine/core';
import { startTransition, useOptimistic, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Facet } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { browsePath } from '../../app/paths.ts';
import { type Category, treeOf, useCategories } from './categories.ts';

interface FiltersProps {
  query: string;
  category: string;
  brands: string[];
  facets: Facet[];
}

/** What narrows products down: categories always, brands while searching. On a phone they are folded away. */
export function Filters({ query, category, brands, facets }: FiltersProps) {
  const [open, setOpen] = useState(false);
  const all = useCategories();
  const navigate = useNavigate();
  // A box follows the click at once, whatever the search takes.
  const [chosen, choose] = useOptimistic(brands);
  const counted = facets.find(({ name }) => name === 'category')?.values ?? [];
  const found = treeOf(counted.flatMap(({ value, count }) => Array<string>(count).fill(value)));
  const categories = query === '' ? (all.data ?? []) : found;
  const known = facets.find(({ name }) => name === 'brand')?.values ?? [];
  const shownBrands = [
    ...known.map(({ value }) => value),
    ...chosen.filter((brand) => !known.some(({ value }) => value === brand)),
  ];
  const toggle = (brand: string) => {
    const next = chosen.includes(brand) ? chosen.filter((each) => each !== brand) : [...chosen, brand];
    startTransition(async () => {
      choose(next);
      await navigate(browsePath({ query, category, brands: next }), { preventScrollReset: true });
    });
  };
  return (
    <aside className="filters" aria-label="Narrow down" data-open={open || undefined}>
      <button type="button" className="filters-switch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide filters' : 'Filters'}
      </button>
      <div className="filters-inside">
        {categories.length > 0 && (
          <nav aria-label="Categories">
            <h2>Category</h2>
            <CategoryList
              categories={categories}
              chosen={category}
              link={(path) => browsePath({ query, brands, category: path })}
            />
          </nav>
        )}
        {shownBrands.length > 0 && (
          <fieldset>
            <legend>Brand</legend>
            {shownBrands.map((brand) => (
              <Checkbox
                key={brand}
                size="sm"
                checked={chosen.includes(brand)}
                onChange={() => toggle(brand)}
                label={`${brand} ${countText(known.find(({ value }) => value === brand)?.count)}`}
              />
            ))}
          </fieldset>
        )}
      </div>
    </aside>
  );
}

const countText = (count: number | undefined) => (count === undefined ? '' : `(${count})`);

interface CategoryListProps {
  categories: Category[];
  chosen: string;
  link(path: string): string;
}

/** Categories, each opened as far as what is chosen lies below it. */
function CategoryList({ categories, chosen, link }: CategoryListProps) {
  return (
    <ul className="category-list">
      {categories.map(({ path, name, count, below }) => (
        <li key={path}>
          <Link to={link(path)} aria-current={path === chosen ? 'page' : undefined}>
            {name} <small>{count}</small>
          </Link>
          {below.length > 0 && (chosen === path || chosen.startsWith(`${path}/`)) && (
            <CategoryList categories={below} chosen={chosen} link={link} />
          )}
        </li>
      ))}
    </ul>
  );
}
