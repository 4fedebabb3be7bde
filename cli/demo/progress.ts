import { SingleBar } from 'cli-progress';
import type { Progress } from './demo.ts';

/** A bar that grows with every order, on the terminal's error stream so that what is printed stays clean; without a terminal it shows nothing. */
export function progressBar(): Progress {
  const bar = new SingleBar({
    format: '  {bar} {value}/{total} orders, {duration} s',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
  return {
    start: (total) => bar.start(total, 0),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  };
}
