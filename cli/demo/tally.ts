import { build, type Histogram } from 'hdr-histogram-js';
import type { Timing } from './visit.ts';

/** How the orders of one scenario went. Times in milliseconds, undefined where nothing was measured. */
export interface ScenarioReport {
  name: string;
  orders: number;
  asExpected: number;
  /** From sending PlaceOrder to its answer. */
  answerP50: number | undefined;
  answerP99: number | undefined;
  /** From sending PlaceOrder to the state it ended in. */
  outcomeP50: number | undefined;
  outcomeP95: number | undefined;
}

export interface Tally {
  count(timing: Timing, asExpected: boolean): void;
  report(): ScenarioReport;
}

/** Histograms hold microseconds up to an hour, three digits of them exact. */
const PRECISION = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 3_600_000_000,
  numberOfSignificantValueDigits: 3,
} as const;

export function tally(name: string): Tally {
  const answers = build(PRECISION);
  const outcomes = build(PRECISION);
  let orders = 0;
  let expected = 0;
  return {
    count(timing, asExpected) {
      orders++;
      if (asExpected) expected++;
      for (const answer of timing.answers) record(answers, answer);
      if (timing.outcome !== undefined) record(outcomes, timing.outcome);
    },
    report: () => ({
      name,
      orders,
      asExpected: expected,
      answerP50: percentile(answers, 50),
      answerP99: percentile(answers, 99),
      outcomeP50: percentile(outcomes, 50),
      outcomeP95: percentile(outcomes, 95),
    }),
  };
}

function record(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(Math.round(ms * 1000), PRECISION.highestTrackableValue));
}

function percentile(histogram: Histogram, percent: number): number | undefined {
  return histogram.totalCount === 0 ? undefined : histogram.getValueAtPercentile(percent) / 1000;
}
