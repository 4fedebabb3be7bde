/** The command line of Tradewind: runs a mesh, uses it as a shop does, operates it and proves that it kept its promises. */
import { CommanderError } from 'commander';
import { explain, MISUSE } from './failure.ts';
import { tradewind } from './program.ts';

// A reader that has seen enough, such as `head`, ends the command; it is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const program = await tradewind(process.argv.slice(2));
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : MISUSE);
  process.exit(explain(error, program.opts<{ json?: boolean }>().json ?? false));
}
process.exit();
