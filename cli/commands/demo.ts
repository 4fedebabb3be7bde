import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { runDemo } from '../demo/demo.ts';
import { demoText } from '../demo/print.ts';
import { progressBar } from '../demo/progress.ts';
import { FAILED } from '../failure.ts';
import { waitUntilQuiet } from '../verify/quiet.ts';
import { verifyMesh } from '../verify/verify.ts';
import { wholeNumber } from '../whole-number.ts';
import { findingsText } from './verify.ts';

interface DemoOptions {
  orders: number;
  concurrency: number;
  seed: number;
}

export function demoCommand(): Command {
  return new Command('demo')
    .summary('fill the shop, place orders of every kind, prove the outcome')
    .description(
      'Imports a catalogue, registers shoppers and places orders that end in every way an order can; then checks every invariant. Exit code 1 when an order ended otherwise than it should or an invariant is broken; it gives up when the mesh does not answer any more.',
    )
    .option('--orders <count>', 'how many orders', wholeNumber(1), 200)
    .option('--concurrency <count>', 'how many at a time', wholeNumber(1), 20)
    .option('--seed <number>', 'the same seed places the same orders', wholeNumber(1), 1)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind demo\n  $ npx tradewind demo --orders 1000 --concurrency 50 --json',
    )
    .action(async ({ orders, concurrency, seed }: DemoOptions, command: Command) => {
      const { mesh, operator, json, print } = contextOf(command);
      const record = mesh();
      // The demo is patient with a mesh in trouble; one that does not answer at all is told at once.
      await operator();
      const say = (line: string) => {
        if (!json) console.log(line);
      };
      const progress = json ? undefined : progressBar();
      const report = await runDemo({ record, orders, concurrency, seed, say, ...(progress && { progress }) });
      if (!json) console.log(demoText(report));
      if (report.unplaced > 0) {
        print(
          { ...report, findings: [] },
          'The invariants were not checked. `npx tradewind verify` does, once the mesh answers again.',
        );
        process.exitCode = FAILED;
        return;
      }
      say('Waiting until nothing is under way, then checking every invariant …');
      await waitUntilQuiet(record, 300);
      const findings = await verifyMesh(record);
      const holds = findings.every(({ violations }) => violations.length === 0);
      print({ ...report, holds, findings }, () => findingsText(findings));
      if (!holds || report.surprises.length + report.tooLate.length > 0) process.exitCode = FAILED;
    });
}
