/** Which RPCs a route of a VirtualService carries, for rules about how they are carried. */
import type { MeshRpc } from '../generate/mesh.ts';
import { hostOf } from '../generate/names.ts';
import { nameOf, ofKind } from '../policy/kinds.ts';
import { type HttpRoute, routesFor } from '../policy/routes.ts';
import type { Subject } from './rule.ts';

export interface Carried {
  readonly manifest: string;
  /** `spec.http[3]`. */
  readonly path: string;
  readonly route: HttpRoute;
  readonly rpcs: readonly MeshRpc[];
}

/** Every HTTP route with the RPCs that may take it: those of the services it is about, or, from outside, those that outsiders may use. */
export function carriedBy({ manifests, mesh, topology }: Subject): Carried[] {
  return ofKind(manifests, 'VirtualService').flatMap((service) => {
    const { hosts = [], http = [], gateways = ['mesh'] } = service.spec ?? {};
    const inside = mesh.filter(({ name }) => hosts.includes(hostOf(name, topology))).flatMap(({ rpcs }) => rpcs);
    const outside = mesh.flatMap(({ rpcs }) => rpcs.filter(({ exposed }) => exposed));
    const rpcs = gateways.includes('mesh') ? inside : outside;
    const taken = new Map(rpcs.map((rpc) => [rpc, new Set(routesFor(http, rpc.path, undefined))]));
    return http.map((route, index) => ({
      manifest: nameOf(service),
      path: `spec.http[${index}]`,
      route,
      rpcs: rpcs.filter((rpc) => taken.get(rpc)?.has(route)),
    }));
  });
}

/** Milliseconds of `1.5s`, `200ms` or `1m`; undefined when a route does not say, or says none with `0s`. */
export function millisecondsOf(duration: string | undefined): number | undefined {
  const parts = [...(duration ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (UNITS[unit] ?? 1), 0);
  return total === 0 ? undefined : Math.round(total);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
