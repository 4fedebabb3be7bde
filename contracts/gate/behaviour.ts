/** Finds what buf cannot see: rules on what clients send, and policy. */
import { isDeepStrictEqual } from 'node:util';
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { resiliencePlanOf } from '#chassis/rpc/resilience/plan.ts';
import { rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { Version } from './affected.ts';
import type { Element, Elements } from './elements.ts';
import type { Contracts } from './image.ts';
import type { Verdict } from './judged.ts';
import { optionsOf } from './options.ts';
import { judgeIdempotency, judgePlaces, judgePolicy } from './policy.ts';
import { isRule, judgeRule, mustBeSet } from './rules.ts';

export interface BehaviourChange extends Verdict {
  element: Element;
  policy: boolean;
}

export function behaviourChanges(before: Version, after: Version): BehaviourChange[] {
  const isSent = (typeName: string) =>
    [before, after].some(({ reach }) => [...reach(typeName).rpcs.values()].some(({ side }) => side === 'request'));

  return [...after.elements.values()].flatMap((element): BehaviourChange[] => {
    const earlier = before.elements.get(element.key);
    const sent = isSent(element.parent ?? element.key);
    if (!earlier) return sent ? newlyRequired(before.elements, element) : [];
    return [
      ...optionChanges(before.contracts, after.contracts, earlier, element, sent),
      ...idempotencyChanges(earlier, element),
      ...placeChanges(earlier, element),
      ...deprecation(earlier, element),
    ];
  });
}

/** What is asked of users, and by which access: under any other it means nothing. */
const ASKED_BY: Readonly<Record<string, readonly string[]>> = {
  'tradewind.mesh.v1.rpc.roles': ['ACCESS_ROLE'],
  'tradewind.mesh.v1.rpc.scopes': ['ACCESS_AUTHENTICATED', 'ACCESS_ROLE'],
};

function optionChanges(before: Contracts, after: Contracts, earlier: Element, element: Element, sent: boolean) {
  const [was, is] = [optionsOf(before, earlier), optionsOf(after, element)];
  const access = String(is.get('tradewind.mesh.v1.rpc.access'));
  const paths = [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => (sent || !isRule(path)) && (ASKED_BY[path]?.includes(access) ?? true))
    .sort();
  return paths
    .filter((path) => !isDeepStrictEqual(was.get(path), is.get(path)))
    .flatMap((path) => {
      const judge = isRule(path) ? judgeRule(path) : judgePolicy(path);
      const verdicts = judge(was.get(path), is.get(path));
      return verdicts.map((verdict) => ({ ...verdict, element: earlier, policy: !isRule(path) }));
    });
}

function idempotencyChanges(earlier: Element, { desc }: Element): BehaviourChange[] {
  if (earlier.desc.kind !== 'rpc' || desc.kind !== 'rpc' || earlier.desc.idempotency === desc.idempotency) return [];
  const verdicts = judgeIdempotency(Idempotency[earlier.desc.idempotency], Idempotency[desc.idempotency]);
  return verdicts.map((verdict) => ({ ...verdict, element: earlier, policy: true }));
}

/** Without a bulkhead the priority decides how many places there are. */
function placeChanges(earlier: Element, { desc }: Element): BehaviourChange[] {
  if (earlier.desc.kind !== 'rpc' || desc.kind !== 'rpc') return [];
  const places = (method: DescMethod) => resiliencePlanOf(method, getOption(method, rpc)).bulkhead.places;
  const verdicts = judgePlaces(places(earlier.desc), places(desc));
  return verdicts.map((verdict) => ({ ...verdict, element: earlier, policy: true }));
}

function deprecation(earlier: Element, { desc }: Element): BehaviourChange[] {
  if (earlier.desc.deprecated === desc.deprecated) return [];
  const says = desc.deprecated ? 'is deprecated now' : 'is no longer deprecated';
  return [{ element: earlier, says, breaks: [], policy: true }];
}

/** A field that a message had not, and is refused without. */
function newlyRequired(before: Elements, element: Element): BehaviourChange[] {
  const { desc } = element;
  const isNewInOld = before.has(element.parent ?? '');
  const renumbered = [...before.values()].some(({ name }) => name === element.name);
  if (desc.kind !== 'field' || !isNewInOld || renumbered || !mustBeSet(desc)) return [];
  return [{ element, says: 'is new and must be set', breaks: ['behaviour'], policy: false }];
}
