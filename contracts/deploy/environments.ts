/** What is deployed where: of each service the contract it serves and the pacts it holds others to. Written when a deployment is recorded. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACTS } from '#chassis/testing/pact/artefact.ts';
import { type EnvironmentName, environmentNames } from '../../istio/generate/topology.ts';
import type { Row } from '../verify/matrix.ts';

/** A version of a service, as far as others are concerned. */
export interface Version {
  contractHash: string;
  /** Hashes of its pacts, by provider. */
  pactHashes: Record<string, string>;
}

/** Of each environment of `istio/topology.yaml` that anything was deployed to, the services there. */
export type Environments = Partial<Record<EnvironmentName, Record<string, Version>>>;

const FILE = join(PACTS, 'environments.json');

export function readEnvironments(): Environments {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Environments) : {};
}

export function recordDeployment(environment: EnvironmentName, service: string, version: Version): void {
  const environments = readEnvironments();
  environments[environment] = { ...environments[environment], [service]: version };
  writeFileSync(FILE, `${JSON.stringify(environments, undefined, 2)}\n`);
}

/** The environment of that name. Throws where there is none: a slip of the pen is no place to deploy to. */
export function environmentNamed(name: string): EnvironmentName {
  const found = environmentNames.find((each) => each === name);
  if (!found) throw new Error(`there is no environment "${name}"; there are ${environmentNames.join(', ')}`);
  return found;
}

/** What runs in an environment. Throws where nobody noted anything, since that is no reason to say yes. */
export function deployedTo(name: EnvironmentName, environments: Environments): Record<string, Version> {
  const there = environments[name];
  if (!there) throw new Error(`nothing was noted as deployed to ${name}; note it with --to ${name} --deployed`);
  return there;
}

/** Whether a result is of a pact or a contract that some environment still has. */
export function isDeployed(environments: Environments): (row: Row) => boolean {
  const versions = Object.values(environments);
  return ({ consumer, provider, pactHash, contractHash }) =>
    versions.some(
      (there) => there[consumer]?.pactHashes[provider] === pactHash || there[provider]?.contractHash === contractHash,
    );
}
