import { seededRandom } from './random.ts';

/**
 * Deals `orders` orders out to scenarios by their shares and shuffles them by `seed`. Every scenario gets its share to the order (largest remainder),
 * and at least one as long as there are orders enough.
 */
export function mixOf<S extends { share: number }>(scenarios: readonly S[], orders: number, seed: number): S[] {
  const atLeast = orders >= scenarios.length ? 1 : 0;
  const left = orders - atLeast * scenarios.length;
  const whole = scenarios.reduce((sum, { share }) => sum + share, 0);
  const dealt = scenarios.map((scenario) => {
    const exact = (Math.max(left, 0) * scenario.share) / whole;
    return { scenario, count: atLeast + Math.floor(exact), rest: exact % 1 };
  });
  const missing = orders - dealt.reduce((sum, { count }) => sum + count, 0);
  for (const entry of dealt.toSorted((a, b) => b.rest - a.rest).slice(0, missing)) entry.count++;
  return seededRandom(seed).shuffled(dealt.flatMap(({ scenario, count }) => Array<S>(count).fill(scenario)));
}
