/** Scenarios in which the mesh makes a service fail or be slow, to see what its callers make of it. */
import type { FileTree } from '../file-tree.ts';
import { httpRoute } from '../http-route.ts';
import type { MeshRpc, MeshService } from '../mesh.ts';
import { rpcPortOf } from '../names.ts';
import { PAYER } from '../surroundings.ts';
import type { EnvironmentName, Topology } from '../topology.ts';
import { stableRoute } from '../virtual-service.ts';
import { routed } from './routed.ts';

/** Never where customers are. */
const ENVIRONMENT: EnvironmentName = 'staging';

const FAULTY = 'inventory';

/** A call in ten hears that nobody is there, one in five waits a second. */
const UNWELL = {
  abort: { percentage: { value: 10 }, grpcStatus: 'UNAVAILABLE' },
  delay: { percentage: { value: 20 }, fixedDelay: '1s' },
};

/** As if the payment provider took eight of the ten seconds that a call to it may last. */
const SLOW = { delay: { percentage: { value: 100 }, fixedDelay: '8s' } };

export function faults(mesh: readonly MeshService[], topology: Topology): FileTree {
  const scenario = (folder: string, service: string, faultOf: (rpc: MeshRpc) => object | undefined) => {
    const node = mesh.find(({ name }) => name === service);
    if (node === undefined) throw new Error(`there is no service ${service}`);
    const route = stableRoute(node, topology);
    const http = node.rpcs.map((rpc) => {
      const fault = faultOf(rpc);
      return { ...httpRoute(rpc, rpcPortOf(node, topology), route), ...(fault && { fault }) };
    });
    return [...routed({ folder, environment: ENVIRONMENT, node, http })];
  };
  return new Map([
    ...scenario('fault', FAULTY, () => UNWELL),
    ...scenario('provider-slow', PAYER, ({ readOnly }) => (readOnly ? undefined : SLOW)),
  ]);
}
