import { carriedBy } from './http-routes.ts';
import type { Rule } from './rule.ts';

export const mirrors: Rule = {
  name: 'mirrors',
  about: 'Only RPCs that change nothing are sent to two versions at once.',
  faults: (subject) =>
    carriedBy(subject).flatMap(({ manifest, path, route, rpcs }) =>
      rpcs
        .filter(({ readOnly }) => !readOnly && (route.mirror || route.mirrors?.length))
        .map(({ name }) => ({
          manifest,
          path: `${path}.mirror`,
          message: `${name} changes something and is mirrored`,
        })),
    ),
};
