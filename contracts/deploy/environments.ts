/** What is deployed where: of each service the contract it serves and the pacts it holds others to. Written when a deployment is recorded. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACTS } from '#chassis/testing/pact/artefact.ts';
import type { Row } from '../verify/matrix.ts';

/** A version of a service, as far as others are concerned. */
export interface Version {
  contractHash: string;
  /** Hashes of its pacts, by provider. */
  pactHashes: Record<string, string>;
}

export type Environments = Record<string, Record<string, Version>>;

const FILE = join(PACTS, 'environments.json');

export function readEnvironments(): Environments {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Environments) : {};
}

export function recordDeployment(environment: string, service: string, version: Version): void {
  const environments = readEnvironments();
  environments[environment] = { ...environments[environment], [service]: version };
  writeFileSync(FILE, `${JSON.stringify(environments, undefined, 2)}\n`);
}

/** Whether a result is of a pact or a contract that some environment still has. */
export function isDeployed(environments: Environments): (row: Row) => boolean {
  const versions = Object.values(environments);
  return ({ consumer, provider, pactHash, contractHash }) =>
    versions.some(
      (there) => there[consumer]?.pactHashes[provider] === pactHash || there[provider]?.contractHash === contractHash,
    );
}
