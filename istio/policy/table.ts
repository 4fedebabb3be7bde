/** Every caller and every RPC, with the answer that the manifests give: what a reviewer reads to see who may do what. */
import type { Manifest } from '../generate/manifest.ts';
import { EXTERNAL, type MeshRpc, type MeshService } from '../generate/mesh.ts';
import type { Topology } from '../generate/topology.ts';
import { callerOf, outsider } from './callers.ts';
import { clusterOf } from './cluster.ts';
import { type Answer, mayCall } from './may-call.ts';

export interface Row {
  readonly caller: string;
  readonly rpc: MeshRpc;
  readonly answer: Answer;
}

export function policyTable(manifests: readonly Manifest[], mesh: readonly MeshService[], topology: Topology): Row[] {
  const cluster = clusterOf(manifests);
  const { clusterDomain } = topology;
  const callers = [...mesh.map(({ name }) => callerOf(cluster, name, topology)), outsider(topology)];
  return mesh.flatMap(({ name: callee, rpcs }) =>
    rpcs.flatMap((rpc) =>
      callers.map((caller) => ({
        caller: caller.name,
        rpc,
        answer: mayCall(cluster, { caller, callee, path: rpc.path, clusterDomain }),
      })),
    ),
  );
}

/** One line for a caller and an RPC: who allows it, or all that stands in the way. */
export function lineOf({ caller, rpc, answer }: Row): string {
  const refusing = answer.gates.filter(({ allowed }) => !allowed).map(({ gate }) => gate);
  const said = answer.allowed ? `yes  ${answer.by}` : `no   ${refusing.join(', ')}`;
  return `${caller.padEnd(COLUMN)} ${rpc.name}  ${said}`;
}

const COLUMN = Math.max(EXTERNAL.length, 'notifications'.length);
