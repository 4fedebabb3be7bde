/** What a rule is: a judge of everything that would be applied to a cluster at once. */
import type { Manifest } from '../generate/manifest.ts';
import { type MeshService, readMesh } from '../generate/mesh.ts';
import { type EnvironmentName, environmentNames, readTopology, type Topology } from '../generate/topology.ts';
import { buildPlatform } from '../manifests.ts';
import { type Cluster, clusterOf } from '../policy/cluster.ts';

/** An environment, or a scenario in one, and what its manifests have to agree with. */
export interface Subject extends Cluster {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly mesh: readonly MeshService[];
  readonly topology: Topology;
  /** What the cluster has beside the environment, and keeps when that is gone. */
  readonly platform: readonly Manifest[];
}

export interface Fault {
  /** The object: `VirtualService tradewind/orders`. */
  readonly manifest: string;
  /** The field: `spec.http[3].retries.attempts`. */
  readonly path: string;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  /** What holds where the rule finds nothing, in a sentence for the page of all rules. */
  readonly about: string;
  faults(subject: Subject): readonly Fault[] | Promise<readonly Fault[]>;
}

const mesh = readMesh();
const topology = readTopology();
const platform = buildPlatform();

export function subjectOf(name: string, manifests: readonly Manifest[]): Subject {
  const said = manifests.map(({ metadata }) => metadata?.labels?.['tradewind.example/environment']);
  const environment = environmentNames.find((each) => said.includes(each));
  if (environment === undefined) throw new Error(`${name}: no manifest says which environment it is of`);
  return { name, environment, mesh, topology, platform, ...clusterOf(manifests) };
}
