/** A browser without scripts, as far as signing in needs one: cookies by path, redirects, forms. */
export function browser() {
  const cookies: { name: string; value: string; path: string; attributes: string }[] = [];

  function keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((each) => each.startsWith('path='))?.slice(5) ?? '/';
    const at = cookies.findIndex((each) => each.name === name && each.path === path);
    if (at >= 0) cookies.splice(at, 1);
    if (value) cookies.push({ name, value, path, attributes: attributes.join('; ') });
  }

  /** Asks for a page; redirects within the same server are followed, the first that leads elsewhere is given as it is. */
  async function open(url: string | URL, form?: Record<string, string>, headers: Record<string, string> = {}) {
    const from = new URL(url);
    const sent = cookies.filter(({ path }) => from.pathname.startsWith(path));
    const response = await fetch(from, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; '),
        ...(form && { origin: from.origin, 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
    for (const each of response.headers.getSetCookie()) keep(each);
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, from);
    if (next && next.origin === from.origin && next.pathname.startsWith('/oauth2/')) return open(next);
    return { url: from, left: next, status: response.status, headers: response.headers, html: await response.text() };
  }

  return {
    cookies,
    open,
    /** Goes through sign-in and, where asked, consent. Gives the address the client is called back at. */
    async signIn(url: URL, who: { email: string; password: string }): Promise<URL> {
      let page = await open(url);
      if (page.html.includes('name="password"')) {
        page = await open(page.url, { email: who.email, password: who.password, answer: 'sign-in' });
      }
      if (page.html.includes('value="allow"')) page = await open(page.url, { answer: 'allow' });
      if (!page.left) throw new Error(`stayed at ${page.url}: ${page.html}`);
      return page.left;
    },
  };
}
