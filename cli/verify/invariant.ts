import type { OpenMesh } from './open-mesh.ts';

/** Something that is not as promised. `about` names it by its id and stays the same when it is looked at again. */
export interface Violation {
  about: string;
  problem: string;
}

/** What one look at a mesh found. */
export interface Look {
  /** How many things were compared: a promise kept by nothing says nothing. */
  checked: number;
  violations: Violation[];
}

/** A promise of the whole mesh, and how to see from its databases and streams whether it is kept. */
export interface Invariant {
  /** The promise as a sentence. */
  claim: string;
  look(mesh: OpenMesh): Promise<Look>;
}
