/** Where a proxy leads an HTTP request. */
import type { Caller, Cluster } from './cluster.ts';
import { type Kinds, nameOf, ofKind } from './kinds.ts';
import type { Verdict } from './network.ts';

export type HttpRoute = NonNullable<NonNullable<Kinds['VirtualService']['spec']>['http']>[number];
type Match = NonNullable<HttpRoute['match']>[number];

/** Whether a request of this path and port can be meant; `sure` when it is whatever else the request says. */
function matchOf(route: HttpRoute, path: string, port: number | undefined): { can: boolean; sure: boolean } {
  const matches = route.match ?? [{}];
  const meant = matches.filter((match) => isPath(match, path) && isPort(match, port));
  return { can: meant.length > 0, sure: meant.some(isUnconditional) };
}

/** All routes that a request may take: those up to the first that takes every request of its path. */
export function routesFor<R extends HttpRoute>(routes: readonly R[], path: string, port: number | undefined): R[] {
  const last = routes.findIndex((route) => matchOf(route, path, port).sure);
  return routes.slice(0, last < 0 ? routes.length : last + 1).filter((route) => matchOf(route, path, port).can);
}

/** The route that a request of this method from outside takes. */
export function routeTaken<R extends HttpRoute>(routes: readonly R[], path: string, method: string): R | undefined {
  return routes.find(({ match = [{}] }) => match.some((each) => isPath(each, path) && isMethod(each, method)));
}

function isMethod({ method }: Match, asked: string): boolean {
  const { exact } = (method ?? {}) as { exact?: string };
  return exact === undefined || exact === asked;
}

function isPath({ uri }: Match, path: string): boolean {
  if (uri === undefined) return true;
  const { exact, prefix, regex } = uri as { exact?: string; prefix?: string; regex?: string };
  if (exact !== undefined) return path === exact;
  if (prefix !== undefined) return path.startsWith(prefix);
  return new RegExp(`^(?:${regex})$`).test(path);
}

const isPort = (match: Match, port: number | undefined): boolean =>
  match.port === undefined || port === undefined || match.port === port;

function isUnconditional(match: Match): boolean {
  const conditions = Object.keys(match).filter((key) => !['uri', 'port', 'name'].includes(key));
  return conditions.length === 0;
}

/** Whether a caller's proxy leads an RPC to a host. Without a VirtualService every path leads there, but none from outside. */
export function leadsTo({ manifests }: Cluster, caller: Caller, host: string, path: string, port: number): Verdict {
  const services = ofKind(manifests, 'VirtualService').filter(({ spec }) =>
    caller.gateway ? spec?.gateways?.some((name) => name !== 'mesh') : isOfMesh(spec, host),
  );
  const asked = caller.gateway ? undefined : port;
  const leading = services.find(({ spec }) =>
    routesFor(spec?.http ?? [], path, asked).some(({ route = [] }) =>
      route.some(({ destination }) => destination?.host === host),
    ),
  );
  if (leading) return { allowed: true, by: nameOf(leading), why: `a route leads to ${host}` };
  if (services.length > 0)
    return { allowed: false, by: services.map(nameOf).join(', '), why: `no route of the path leads to ${host}` };
  return { allowed: !caller.gateway, by: 'no VirtualService', why: `none is about ${host}` };
}

function isOfMesh(spec: Kinds['VirtualService']['spec'], host: string): boolean {
  return (spec?.hosts ?? []).includes(host) && (spec?.gateways ?? ['mesh']).includes('mesh');
}
