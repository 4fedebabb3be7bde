/** Which pacts were verified with which contracts, and how that ended: the committed results that deployments are judged by. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescFile, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { PACTS } from '#chassis/testing/pact/artefact.ts';
import { contracts } from '../../test/architecture/contracts.ts';
import { committedPacts } from './pacts.ts';
import type { Verification } from './verify.ts';

export interface Row {
  consumer: string;
  provider: string;
  /** Of the pact, as it is committed. */
  pactHash: string;
  /** Of the provider's contracts and what they import, comments aside. */
  contractHash: string;
  interactions: number;
  result: 'verified' | 'failed';
  failures: string[];
  /** What the provider does not do yet, and need not. */
  pending: string[];
}

const FILE = join(PACTS, 'matrix.json');

export function readMatrix(): Row[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Row[];
}

/** Puts the results of one provider in the place of those with the same pacts and contracts. `isNeeded` says of older rows which stay. */
export function recordResults(rows: readonly Row[], isNeeded: (row: Row) => boolean): void {
  const provider = rows[0]?.provider;
  const kept = readMatrix().filter((row) =>
    row.provider === provider ? isNeeded(row) && !rows.some((each) => sameVersions(each, row)) : true,
  );
  writeFileSync(FILE, `${JSON.stringify([...kept, ...rows].toSorted(byPair), undefined, 2)}\n`);
}

export function rowsOf(provider: string, verifications: readonly Verification[]): Row[] {
  const hashes = pactHashes();
  return verifications
    .map(({ consumer, interactions, failures, pending }): Row => {
      const pactHash = hashes.find((each) => each.consumer === consumer && each.provider === provider)?.hash ?? '';
      const result = failures.length === 0 ? 'verified' : 'failed';
      return {
        consumer,
        provider,
        pactHash,
        contractHash: contractHash(provider),
        interactions,
        result,
        failures,
        pending,
      };
    })
    .toSorted(byPair);
}

export function pactHashes(): { consumer: string; provider: string; hash: string }[] {
  return committedPacts().map(({ file, pact }) => ({
    consumer: pact.consumer.name,
    provider: pact.provider.name,
    hash: hashOf(readFileSync(join(PACTS, file))),
  }));
}

/** Tells two contracts of a service apart: its RPCs, events, messages and policies, and all they are made of, but not what is said about them. */
export function contractHash(service: string, all: readonly DescFile[] = contracts): string {
  const own = all.filter(({ proto }) => proto.package.startsWith(`tradewind.${service}.`));
  const files = [...withImports(own)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return hashOf(...files.map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto)));
}

/** The files, and all they import, themselves or through others. */
function withImports(files: readonly DescFile[], seen = new Set<DescFile>()): ReadonlySet<DescFile> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    withImports(file.dependencies, seen);
  }
  return seen;
}

export function sameVersions(a: Row, b: Row): boolean {
  return (
    a.consumer === b.consumer &&
    a.provider === b.provider &&
    a.pactHash === b.pactHash &&
    a.contractHash === b.contractHash
  );
}

function byPair(a: Row, b: Row): number {
  const key = ({ provider, consumer, pactHash, contractHash: contract }: Row) =>
    `${provider} ${consumer} ${pactHash} ${contract}`;
  return key(a) < key(b) ? -1 : 1;
}

function hashOf(...parts: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}
