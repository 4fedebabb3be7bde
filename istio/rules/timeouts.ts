import type { MeshRpc } from '../generate/mesh.ts';
import type { HttpRoute } from '../policy/routes.ts';
import { carriedBy, millisecondsOf } from './http-routes.ts';
import type { Fault, Rule } from './rule.ts';

export const timeouts: Rule = {
  name: 'timeouts',
  about:
    'A route gives an RPC at least the deadline of its contract, time for all tries, and each try the whole deadline. What has no deadline is never cut off.',
  faults: (subject) =>
    carriedBy(subject).flatMap(({ manifest, path, route, rpcs }) => [
      ...tries(route).map(([field, message]) => ({ manifest, path: `${path}.${field}`, message })),
      ...rpcs.flatMap((rpc) =>
        deadline(rpc, route).map(([field, message]): Fault => ({ manifest, path: `${path}.${field}`, message })),
      ),
    ]),
};

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
