import { EXTERNAL } from '../generate/mesh.ts';
import { hostOf } from '../generate/names.ts';
import { nameOf, ofKind } from '../policy/kinds.ts';
import { carriedBy } from './http-routes.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const routes: Rule = {
  name: 'routes',
  about:
    'Every RPC that a service may call has a route of its own to the service that serves it, and no route is for an RPC that is in no contract.',
  faults: (subject) => [...missing(subject), ...unknown(subject)],
};

function missing(subject: Subject): Fault[] {
  const { mesh, topology } = subject;
  const carried = carriedBy(subject);
  return mesh.flatMap(({ name, rpcs }) =>
    rpcs
      .filter(({ callers }) => callers.some((caller) => caller !== EXTERNAL))
      .filter(
        (rpc) =>
          !carried.some(
            ({ rpcs: taking, route }) => taking.includes(rpc) && leadsOnlyTo(route.route, hostOf(name, topology)),
          ),
      )
      .map((rpc) => ({
        manifest: `VirtualService ${topology.namespace}/${name}`,
        path: 'spec.http',
        message: `no route leads ${rpc.name} to ${hostOf(name, topology)}`,
      })),
  );
}

function leadsOnlyTo(route: { destination?: { host?: string } }[] = [], host: string): boolean {
  return route.length > 0 && route.every(({ destination }) => destination?.host === host);
}

function unknown({ manifests, mesh }: Subject): Fault[] {
  const known = new Set(mesh.flatMap(({ rpcs }) => rpcs.map(({ path }) => path)));
  return ofKind(manifests, 'VirtualService').flatMap((service) =>
    (service.spec?.http ?? []).flatMap(({ match = [] }, index) =>
      match
        .map(({ uri }) => (uri as { exact?: string } | undefined)?.exact ?? '')
        .filter((path) => path.startsWith('/tradewind.') && !known.has(path))
        .map((path) => ({
          manifest: nameOf(service),
          path: `spec.http[${index}].match`,
          message: `${path} is in no contract`,
        })),
    ),
  );
}
