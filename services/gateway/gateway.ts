import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { reading, refuse } from '#chassis/rpc/http-refusal.ts';
import { implement, type Route } from '#chassis/rpc/implementation.ts';
import { type HttpHandler, sendJson } from '#chassis/rpc/plain-http.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { openEdgeCertificate } from '#chassis/tls/edge-certificate.ts';
import { fetchFrom, type GetPage } from '#chassis/tls/mesh-fetch.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { exchangeApiKeys } from './api-keys.ts';
import { keptAnswers } from './cache/kept-answers.ts';
import { gatewayConfig } from './config.ts';
import { consoleFiles } from './console-files.ts';
import { docsPages } from './docs-page.ts';
import { edge } from './edge.ts';
import { type Forwarding, forward } from './forward.ts';
import { insiderRule } from './insider.ts';
import { limitsOf } from './limits/limit.ts';
import { ledgerOf, limited } from './limits/limited.ts';
import { shareCounts } from './limits/share-counts.ts';
import { oauthPages } from './oauth-proxy.ts';
import { orderPage } from './order-page.ts';
import { outside } from './outside.ts';
import { publishedKeys } from './published-keys.ts';
import { openApiPages, readOpenApi } from './rest/openapi.ts';
import { restFace } from './rest/rest.ts';
import { contracts, type Upstream, upstreams } from './upstreams.ts';
import { originOf, welcome } from './welcome.ts';

/** The way in from outside: the composition root. */
export const gateway: ServiceDefinition<typeof gatewayConfig> = {
  name: 'gateway',
  config: gatewayConfig,
  build({ config, transport, client, identity, log }) {
    const limits = limitsOf(config);
    const ledger = ledgerOf(limits);
    const { NATS_URL: url } = config;
    const certificate = openEdgeCertificate(config, log);
    const transports = Object.fromEntries(upstreams.map((upstream) => [upstream, transport(upstream)]));
    return {
      routes: gatewayRoutes(transports as Record<Upstream, Transport>, config.PAGE_PART_TIMEOUT_MS, {
        kept: config.CACHE_BYTES > 0 ? keptAnswers(config.CACHE_BYTES) : undefined,
        streamIdleMs: config.STREAM_IDLE_SECONDS * 1000,
      }),
      http: {
        ...gatewayPages(config.JWKS_URL, fetchFrom(identity, 'identity'), consoleFiles()),
        ...oauthPages(config, identity),
      },
      background: url ? [{ name: 'shared limits', start: () => shareCounts({ url, ledger, log }) }] : [],
      edge: {
        onBehalfOf: 'gateway',
        exchange: exchangeApiKeys(client(ApiKeysService, 'identity')),
        limited: limited(limits, ledger),
        certificate,
        port: outside(config),
        faces: restFace,
        before: edge({ allowedOrigins: config.CORS_ORIGINS, trustedProxies: config.TRUSTED_PROXIES }),
        isInsider: insiderRule(config.OPERATIONS_FROM),
      },
    };
  },
};

/** Every RPC the gateway answers: those of the services behind it, passed on, and its own. */
export function gatewayRoutes(
  transports: Record<Upstream, Transport>,
  partTimeoutMs: number,
  forwarding: Forwarding = {},
): Route[] {
  const forwarded = upstreams.flatMap((upstream) =>
    contracts[upstream].map((service) => forward(service, transports[upstream], forwarding)),
  );
  const sources = {
    orders: createClient(OrdersService, transports.orders),
    identity: createClient(IdentityService, transports.identity),
    catalog: createClient(CatalogService, transports.catalog),
    shipping: createClient(ShippingService, transports.shipping),
    payments: createClient(PaymentsService, transports.payments),
  };
  return [...forwarded, implement(GatewayService, { getOrderPage: orderPage(sources, partTimeoutMs) })];
}

/** What the gateway shows besides RPCs. */
export function gatewayPages(
  jwksUrl: string | undefined,
  get: GetPage = fetch,
  shop: HttpHandler | undefined = undefined,
): Record<string, HttpHandler> {
  const services = [...upstreams.flatMap((upstream) => contracts[upstream]), GatewayService];
  const document = readOpenApi();
  const pages: Record<string, HttpHandler> = {
    '/': reading(welcome(services, shop)),
    ...(shop && { '/*': shop }),
    ...openApiPages(document, originOf),
    ...docsPages(document),
  };
  if (jwksUrl === undefined) return pages;
  const keys = publishedKeys(jwksUrl, get);
  return {
    ...pages,
    '/.well-known/jwks.json': reading(async (request, response) => {
      try {
        const published = await keys();
        response.setHeader('cache-control', 'public, max-age=300');
        sendJson(response, 200, published);
      } catch {
        await refuse(request, response, 503, new ConnectError('the keys cannot be had now', Code.Unavailable));
      }
    }),
  };
}
