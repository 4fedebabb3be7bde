/** The command line of Tradewind: runs a mesh, uses it as a shop does, operates it and proves that it kept its promises. */
import { Command, CommanderError } from 'commander';
import { version } from '#chassis/version.ts';
import { defaultDirectory } from './context.ts';
import { explain, MISUSE } from './failure.ts';

const program = new Command('tradewind')
  .description('A contract-first commerce mesh: run it, use it, operate it, prove it.')
  .version(version)
  .option('--data <folder>', 'the data folder of the mesh', process.env.TRADEWIND_DATA ?? defaultDirectory)
  .option('--json', 'print results as JSON')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(add --help for what can be said here)')
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 it failed or something is wrong, 2 asked wrongly or no mesh runs.

Examples:
  $ npx tradewind up                       start everything; Ctrl-C stops it
  $ npx tradewind demo                     fill the shop, place 200 orders, prove the outcome
  $ npx tradewind order place TENT-2P=1 --card tok_visa --watch
  $ npx tradewind status --json`,
  );

const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  down: async () => (await import('./commands/down.ts')).downCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  catalog: async () => (await import('./commands/catalog.ts')).catalogCommand(),
  order: async () => (await import('./commands/order.ts')).orderCommand(),
  saga: async () => (await import('./commands/saga.ts')).sagaCommand(),
  events: async () => (await import('./commands/events.ts')).eventsCommand(),
  dlq: async () => (await import('./commands/dlq.ts')).dlqCommand(),
  projection: async () => (await import('./commands/projection.ts')).projectionCommand(),
  mails: async () => (await import('./commands/mails.ts')).mailsCommand(),
};

/** The commands the words may mean; all of them when they name none, as `--help` does. Loading only these makes a command quick and a mesh's supervisor small. */
const named = Object.keys(commands).filter((name) => process.argv.slice(2).includes(name));
const loaded = await Promise.all((named.length > 0 ? named : Object.keys(commands)).map((name) => commands[name]?.()));
for (const command of loaded) if (command) program.addCommand(command);

/** Makes a wrong call end with 2 in every command; an added command does not inherit that. */
function strict(command: Command): void {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what can be said here)');
  command.commands.forEach(strict);
}
strict(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : MISUSE);
  process.exit(explain(error, program.opts<{ json?: boolean }>().json ?? false));
}
process.exit();
