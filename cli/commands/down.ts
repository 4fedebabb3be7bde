import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { stillRuns } from '#chassis/local/mesh-file.ts';
import { contextOf } from '../context.ts';

const LONGEST_MS = 60_000;

export function downCommand(): Command {
  return new Command('down')
    .summary('stop the mesh')
    .description(
      'Asks the mesh that runs on the data folder to stop, and waits until it has: work in flight is finished.',
    )
    .addHelpText('after', '\nExample:\n  $ npx tradewind down')
    .action(async (_options, command: Command) => {
      const { mesh, print } = contextOf(command);
      const record = mesh();
      const { pid } = record;
      process.kill(pid, 'SIGTERM');
      for (let waited = 0; stillRuns(record, pid); waited += 100) {
        if (waited > LONGEST_MS)
          throw new Error(`The mesh (process ${pid}) did not stop within ${LONGEST_MS / 1000} s.`);
        await pause(100);
      }
      print({ stopped: true }, 'Stopped.');
    });
}
