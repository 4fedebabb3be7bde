import type { Scenario } from '../scenario.ts';
import { accepted, severalLines } from './bought.ts';
import { cancelledAtOnce, cancelledWhenConfirmed, cancelledWhilePaying } from './cancelled.ts';
import { declined } from './declined.ts';
import { flakyProvider, lostAnswer, repeatedAnswer, slowProvider, unreachableProvider } from './provider.ts';
import { sentAgainLater, sentSideBySide } from './sent-twice.ts';
import { backorder, outOfStock } from './short-of-stock.ts';

/** All that shoppers do in the demo, in the order its report tells them. */
export const scenarios: readonly Scenario[] = [
  accepted,
  severalLines,
  declined,
  outOfStock,
  backorder,
  cancelledAtOnce,
  cancelledWhilePaying,
  cancelledWhenConfirmed,
  sentSideBySide,
  sentAgainLater,
  slowProvider,
  flakyProvider,
  lostAnswer,
  repeatedAnswer,
  unreachableProvider,
];
