import { carriedBy } from './http-routes.ts';
import type { Rule } from './rule.ts';

export const retries: Rule = {
  name: 'retries',
  about:
    'A proxy repeats no RPC that its contract does not call idempotent, and every route says so: one that is silent repeats twice.',
  faults: (subject) =>
    carriedBy(subject).flatMap(({ manifest, path, route, rpcs }) =>
      rpcs
        .filter(({ idempotent, unary }) => !(idempotent && unary) && route.retries?.attempts !== 0)
        .map(({ name, idempotent }) => ({
          manifest,
          path: `${path}.retries.attempts`,
          message: `${name} ${idempotent ? 'is a stream' : 'is not idempotent'} and would be repeated ${route.retries?.attempts ?? 2} times`,
        })),
    ),
};
