import type { MeshRpc } from '../generate/mesh.ts';
import { restExample } from '../generate/rest-route.ts';
import { TOOLS } from '../generate/virtual-service.ts';
import { nameOf, ofKind } from '../policy/kinds.ts';
import { type HttpRoute, routeTaken } from '../policy/routes.ts';
import { carriedBy, millisecondsOf } from './http-routes.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const timeouts: Rule = {
  name: 'timeouts',
  about:
    'A route gives an RPC at least the deadline of its contract, time for all tries, and each try the whole deadline. What has no deadline is never cut off. From outside that holds for plain HTTP too, and nothing else may last for ever.',
  faults: (subject) => [...carried(subject), ...atEdge(subject)],
};

function carried(subject: Subject): Fault[] {
  return carriedBy(subject).flatMap(({ manifest, path, route, rpcs }) => [
    ...tries(route).map(([field, message]) => ({ manifest, path: `${path}.${field}`, message })),
    ...rpcs.flatMap((rpc) =>
      deadline(rpc, route).map(([field, message]): Fault => ({ manifest, path: `${path}.${field}`, message })),
    ),
  ]);
}

/** Plain HTTP takes the route of its RPC; what is no RPC ends some day, tools of gRPC apart. */
function atEdge({ manifests, mesh }: Subject): Fault[] {
  const exposed = mesh.flatMap(({ rpcs }) => rpcs.filter((rpc) => rpc.exposed));
  return ofKind(manifests, 'VirtualService')
    .filter(({ spec }) => spec?.gateways?.some((name) => name !== 'mesh'))
    .flatMap((service) => {
      const { http = [] } = service.spec ?? {};
      const at = (route: HttpRoute, field: string, message: string): Fault => ({
        manifest: nameOf(service),
        path: `spec.http[${http.indexOf(route)}].${field}`,
        message,
      });
      const rest = exposed.flatMap((rpc) =>
        rpc.rest.flatMap(({ method, template }) => {
          const route = routeTaken(http, restExample(template), method);
          const { name } = rpc;
          return route === undefined
            ? []
            : deadline({ ...rpc, name: `${method} ${template} (${name})` }, route).map(([field, message]) =>
                at(route, field, message),
              );
        }),
      );
      const streams = new Set(
        exposed.filter(({ deadlineMs }) => deadlineMs === undefined).map(({ path }) => routeTaken(http, path, 'POST')),
      );
      const tools = routeTaken(http, `${TOOLS}health.v1.Health/Watch`, 'POST');
      const endless = http.filter(
        (route) => millisecondsOf(route.timeout) === undefined && !streams.has(route) && isOther(route, tools),
      );
      return [...rest, ...endless.map((route) => at(route, 'timeout', 'a request may last for ever'))];
    });
}

/** A route for everything is not one for tools. */
function isOther(route: HttpRoute, tools: HttpRoute | undefined): boolean {
  return route !== tools || routeTaken([route], '/', 'GET') !== undefined;
}

type Found = [field: string, message: string][];

/** `attempts` counts what comes after the first try. */
function tries({ timeout, retries }: HttpRoute): Found {
  const [whole, one] = [millisecondsOf(timeout), millisecondsOf(retries?.perTryTimeout)];
  const count = 1 + (retries?.attempts ?? 0);
  if (whole === undefined || one === undefined || whole >= one * count) return [];
  return [['timeout', `${timeout} ends before ${count} tries of ${retries?.perTryTimeout} do`]];
}

function deadline({ name, deadlineMs }: MeshRpc, { timeout, retries }: HttpRoute): Found {
  const [whole, one] = [millisecondsOf(timeout), millisecondsOf(retries?.perTryTimeout)];
  if (deadlineMs === undefined) {
    return whole === undefined ? [] : [['timeout', `${name} has no deadline and is cut off after ${timeout}`]];
  }
  const found: Found = [];
  if (whole !== undefined && whole < deadlineMs)
    found.push(['timeout', `${name} may take ${deadlineMs} ms and is given ${timeout}`]);
  if (one !== undefined && one < deadlineMs)
    found.push([
      'retries.perTryTimeout',
      `${name} may take ${deadlineMs} ms and a try is given ${retries?.perTryTimeout}`,
    ]);
  return found;
}
