/** What is done and looked at to prove each fault of the catalogue, by its name. */
import { callProofs } from './call-proofs.ts';
import { eventProofs } from './event-proofs.ts';
import { outageProofs } from './outage-proofs.ts';
import type { Proofs } from './proof.ts';

export const faultProofs: Proofs = { ...callProofs, ...eventProofs, ...outageProofs };
