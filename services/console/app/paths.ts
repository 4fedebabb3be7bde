/** The addresses of the pages. The gateway learns them from the build: only these are answered with the console, `*` standing for any ending. */
export const pagePaths: readonly string[] = [
  '/',
  '/browse',
  '/products/*',
  '/cart',
  '/checkout',
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/reset-password',
  '/confirm-email',
  '/orders',
  '/orders/*',
  '/profile',
  '/operate',
  '/operate/*',
];

export const productPath = (id: string): string => `/products/${id}`;
export const orderPath = (id: string): string => `/orders/${id}`;

/** The page of a search or a category. */
export function browsePath({ query, category, brands = [] }: { query?: string; category?: string; brands?: string[] }) {
  const words = new URLSearchParams();
  if (query) words.set('q', query);
  if (category) words.set('category', category);
  for (const brand of brands) words.append('brand', brand);
  return words.size > 0 ? `/browse?${words}` : '/browse';
}

/** Whether a page is for those who are about to sign in, and none to come back to. */
export const leadsToSignIn = (path: string): boolean => /^\/(?:sign-|forgot-password|reset-password)/.test(path);

/** The page to sign in on, coming back afterwards. */
export function signInPath(back: string, page: '/sign-in' | '/sign-up' = '/sign-in'): string {
  return back === '/' ? page : `${page}?${new URLSearchParams({ back })}`;
}

/** Where to go back to: a page of this console, whatever the address says. */
export function backPath(search: URLSearchParams): string {
  const back = search.get('back') ?? '/';
  return /^\/(?![/\\])/.test(back) ? back : '/';
}
