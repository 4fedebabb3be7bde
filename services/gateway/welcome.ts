/** Tells whoever opens the gateway in a browser what it is and what to try. */
export function welcome(services: readonly string[], address: string): object {
  return {
    name: 'Tradewind gateway',
    what: 'The way into a commerce backend made of small services. Connect, gRPC-Web and gRPC are answered here, on this one port.',
    try: {
      products: `curl -H 'content-type: application/json' -d '{"pageSize": 3}' http://${address}/tradewind.catalog.v1.CatalogService/ListProducts`,
      demo: 'npx tradewind demo',
    },
    services,
    health: '/health/ready',
    metrics: '/metrics',
    keys: '/.well-known/jwks.json',
  };
}
