/** Compares two versions of the contracts: every difference, what it breaks, and whom it concerns. The gate and the review both show this. */
import { affectedBy, isReason, type Version } from './affected.ts';
import { type BehaviourChange, behaviourChanges } from './behaviour.ts';
import { type Break, bufBreaking } from './buf-breaking.ts';
import { documentationOf } from './documentation.ts';
import { elementsOf } from './elements.ts';
import type { Contracts } from './image.ts';
import type { Change } from './judged.ts';
import { reachOf } from './reach.ts';
import { lastRelease, type Release } from './released.ts';
import { shapeChanges } from './shape.ts';

const BREAKS: Break[] = ['wire', 'JSON', 'source', 'behaviour'];

/** `calls` are those of the last release: a right that no released service makes use of can be taken away from it. */
export async function compare(
  before: Contracts,
  after: Contracts,
  calls: Release['calls'] = lastRelease().calls,
): Promise<Change[]> {
  const findings = await bufBreaking(before, after);
  const [older, newer] = [versionOf(before), versionOf(after)];
  const affected = affectedBy(older, newer);
  const shape = shapeChanges(older.elements, newer.elements, findings).map(({ type, element, says, breaks }) => {
    const told = isReason(element) && breaks.length > 0 ? [...breaks, 'behaviour'] : breaks;
    return { type, element, says, breaks: told, policy: false, affected: affected(element) };
  });
  const behaviour = behaviourChanges(older, newer).map((change) => {
    const { element, says, breaks, policy, callers } = unusedRight(change, calls) ?? change;
    const concerned = affected(element);
    return {
      type: 'changed' as const,
      element,
      says,
      breaks,
      policy,
      affected: callers ? { ...concerned, callers } : concerned,
    };
  });
  return [...shape, ...behaviour].map(({ element: { kind, name, package: pkg }, breaks, ...rest }): Change => {
    const sorted = BREAKS.filter((each) => breaks.includes(each));
    return { ...rest, element: { kind, name, package: pkg }, breaks: sorted };
  });
}

function unusedRight(change: BehaviourChange, calls: Release['calls']): BehaviourChange | undefined {
  const { element, says, breaks, callers = [] } = change;
  const unused = callers.every((caller) => calls[caller] && !calls[caller].includes(element.name));
  if (breaks.length === 0 || callers.length === 0 || !unused) return undefined;
  return { ...change, says: `${says}, which did not when it was released`, breaks: [] };
}

function versionOf(contracts: Contracts): Version {
  const elements = elementsOf(contracts);
  return { contracts, elements, reach: reachOf(contracts, elements), docs: documentationOf(contracts) };
}
