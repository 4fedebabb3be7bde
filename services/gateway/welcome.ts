/** Tells whoever opens the gateway what it is and what to try: a browser is shown the shop, or a page that stands in for it until it is built; others get JSON. */
import type { DescService } from '@bufbuild/protobuf';
import { type HttpHandler, type HttpRequest, sendJson } from '#chassis/rpc/plain-http.ts';
import { rpcsOf } from '#chassis/rpc/rpcs.ts';
import { Access, type RpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';

const WHAT =
  'The way into a commerce backend made of small services. Plain HTTP and JSON, Connect, gRPC-Web and gRPC are answered here, on this one port.';
const PAGES = {
  docs: '/docs',
  openapi: '/openapi.json',
  health: '/health/ready',
  metrics: '/metrics',
  keys: '/.well-known/jwks.json',
};

export function welcome(services: readonly DescService[], shop?: HttpHandler): HttpHandler {
  return (request, response) => {
    const examples = examplesFor(addressOf(request));
    response.setHeader('vary', 'Accept, Origin');
    if (!request.headers.accept?.includes('text/html')) {
      const names = services.map(({ typeName }) => typeName);
      sendJson(response, 200, { name: 'Tradewind gateway', what: WHAT, try: examples, services: names, ...PAGES });
      return;
    }
    if (shop) return shop(request, response);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    response.end(page(services, examples));
  };
}

function examplesFor(address: string) {
  return {
    products: `curl 'http://${address}/v1/products?pageSize=3'`,
    rpc: `curl -H 'content-type: application/json' -d '{"pageSize": 3}' http://${address}/tradewind.catalog.v1.CatalogService/ListProducts`,
    demo: 'npx tradewind demo',
  };
}

/** The beginning of every address here, as whoever asks sees it. */
export function originOf(request: HttpRequest): string {
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${addressOf(request)}`;
}

/** The address a request was sent to, for examples that can be pasted. Only shown when it looks like one. */
function addressOf(request: HttpRequest): string {
  const named = request.headers[':authority'] ?? request.headers.host;
  return typeof named === 'string' && /^[\w.:[\]-]+$/.test(named) ? named : 'localhost:8080';
}

function page(services: readonly DescService[], examples: Record<string, string>): string {
  const links = Object.entries(PAGES).map(([name, path]) => `<a href="${path}">${name}</a>`);
  const shown = Object.values(examples).map((example) => `<pre>${example}</pre>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tradewind gateway</title>
<style>${STYLE}</style>
<main>
<h1>Tradewind gateway</h1>
<p>${WHAT}</p>
<p>The shop is not built here: <code>node services/console/build.ts</code> builds it, and the gateway serves it from its next start.</p>
<h2>Try it</h2>
${shown.join('\n')}
<h2>What can be called</h2>
${services.map(contract).join('\n')}
<p>${links.join(' · ')}</p>
</main>
</html>
`;
}

function contract(service: DescService): string {
  const rows = rpcsOf(service)
    .filter(({ policy }) => policy.access !== Access.SERVICE)
    .map(({ method, policy }) => `<tr><td>${method.name}</td><td>${audience(policy)}</td></tr>`);
  if (rows.length === 0) return '';
  return `<details><summary>${service.typeName} <small>${rows.length}</small></summary><table>${rows.join('')}</table></details>`;
}

function audience({ access, roles }: RpcPolicy): string {
  if (access === Access.PUBLIC) return 'anyone';
  return access === Access.ROLE ? roles.join(' or ').toLowerCase() : 'who is signed in';
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { margin: 2rem 0 .5rem; font-size: 1.1rem }
pre { background: #8882; padding: .7rem 1rem; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere }
details { border-bottom: 1px solid #8884; padding: .4rem 0 } summary { cursor: pointer } small { opacity: .7 }
table { border-collapse: collapse; margin: .4rem 1.2rem } td { padding: .1rem 2rem .1rem 0 } td + td { opacity: .7 }
`;
