/** What an instance tells of itself when operators ask: who it is, how it does, and its figures. */
import { z } from 'zod';

/** Asked over the broker's plain messages; every instance of every service answers once. */
export const INTROSPECT = 'tradewind.introspect';

const labels = z.record(z.string(), z.string());

/** Figures of one name that count or measure, one for each set of labels. */
const values = z.array(z.object({ labels, value: z.number() }));

/** Figures of one name that are spread over buckets: `counts` holds how many were at most each bound, and at last how many there were. */
const spread = z.object({
  bounds: z.array(z.number()),
  series: z.array(z.object({ labels, counts: z.array(z.number()), sum: z.number() })),
});

const dependency = z.object({
  name: z.string(),
  critical: z.boolean(),
  state: z.enum(['up', 'down']),
  latency_ms: z.number(),
  problem: z.string().optional(),
});

const answerShape = z.object({
  service: z.string(),
  version: z.string(),
  /** Host and process. */
  instance: z.string(),
  uptimeSeconds: z.number(),
  ready: z.boolean(),
  phase: z.string(),
  dependencies: z.array(dependency),
  values: z.record(z.string(), values),
  spreads: z.record(z.string(), spread),
});

export type InstanceAnswer = z.infer<typeof answerShape>;
export type Figures = Pick<InstanceAnswer, 'values' | 'spreads'>;
export type Spread = z.infer<typeof spread>;

/** What an answer says. Undefined when it is none: another version may speak otherwise. */
export function readAnswer(text: string): InstanceAnswer | undefined {
  try {
    return answerShape.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
