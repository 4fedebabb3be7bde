/** The contracts as they were last released: an image without comments, and its version. No history is needed to compare with them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contracts, readImage, root } from './image.ts';

export interface Release {
  version: string;
  /** As `2026-11-21`. */
  date: string;
  /** Of the image. */
  sha256: string;
  /** By service, the RPCs it called when it was released, as its pacts had it. Nothing is known of a service that is not named. */
  calls: Record<string, string[]>;
}

export const RELEASED_IMAGE = 'contracts/released/contracts.binpb';
export const RELEASE = 'contracts/released/released.json';

export function lastRelease(project = root): Release {
  return JSON.parse(readFileSync(join(project, RELEASE), 'utf8'));
}

/** Refuses an image that is not the one that was released: an image is written by a release only. */
export async function releasedContracts(project = root): Promise<Contracts> {
  const image = join(project, RELEASED_IMAGE);
  const { version, sha256 } = lastRelease(project);
  if (sha256Of(image) !== sha256) {
    throw new Error(`${RELEASED_IMAGE} is not the image of release ${version}: its sha256 differs from ${RELEASE}.`);
  }
  return readImage(image);
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
