import { type FormEvent, useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { browsePath } from '../../app/paths.ts';

/** Finds products from any page. */
export function SearchBox() {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const asked = pathname === '/browse' ? (new URLSearchParams(search).get('q') ?? '') : '';
  useEffect(() => {
    if (field.current) field.current.value = asked;
  }, [asked]);
  const find = (event: FormEvent) => {
    event.preventDefault();
    navigate(browsePath({ query: field.current?.value.trim() ?? '' }));
  };
  return (
    <search className="search-box">
      <form onSubmit={find}>
        <svg
          viewBox="0 0 24 24"
          width="18"
          height="18"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          aria-hidden="true"
        >
          <circle cx="11" cy="11" r="7" />
          <path d="m20 20-4-4" />
        </svg>
        <input
          ref={field}
          type="search"
          name="q"
          maxLength={200}
          aria-label="Search products"
          placeholder="Search tents, boots, stoves …"
        />
      </form>
    </search>
  );
}
