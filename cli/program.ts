import { Command } from 'commander';
import { version } from '#chassis/version.ts';
import { defaultDirectory } from './context.ts';

const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  down: async () => (await import('./commands/down.ts')).downCommand(),
  restart: async () => (await import('./commands/restart.ts')).restartCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(),
  catalog: async () => (await import('./commands/catalog.ts')).catalogCommand(),
  order: async () => (await import('./commands/order.ts')).orderCommand(),
  saga: async () => (await import('./commands/saga.ts')).sagaCommand(),
  events: async () => (await import('./commands/events.ts')).eventsCommand(),
  dlq: async () => (await import('./commands/dlq.ts')).dlqCommand(),
  fault: async () => (await import('./commands/fault.ts')).faultCommand(),
  projection: async () => (await import('./commands/projection.ts')).projectionCommand(),
  mails: async () => (await import('./commands/mails.ts')).mailsCommand(),
  secrets: async () => (await import('./commands/secrets.ts')).secretsCommand(),
};

/**
 * What the command line understands. Loads the commands that `words` may mean, and all when they name none, as `--help` does: so a command is quick and a
 * mesh's supervisor small.
 */
export async function tradewind(words: readonly string[]): Promise<Command> {
  const program = new Command('tradewind')
    .description('A contract-first commerce mesh: run it, use it, operate it, prove it.')
    .version(version)
    .option('--data <folder>', 'the data folder of the mesh', process.env.TRADEWIND_DATA ?? defaultDirectory)
    .option('--json', 'print results as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 it failed or something is wrong, 2 asked wrongly or no mesh runs.

Examples:
  $ npx tradewind up                       start everything; Ctrl-C stops it
  $ npx tradewind demo                     fill the shop, place 200 orders, prove the outcome
  $ npx tradewind order place "lyng 2 trekking tent=1" --card tok_visa --watch
  $ npx tradewind status --json`,
    );
  const named = Object.keys(commands).filter((name) => words.includes(name));
  const loaded = named.length > 0 ? named : Object.keys(commands);
  for (const load of loaded.map((name) => commands[name])) if (load) program.addCommand(await load());
  strict(program);
  return program;
}

/** Makes a wrong call end with 2 in every command; an added command does not inherit that. */
function strict(command: Command): void {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what can be said here)');
  command.commands.forEach(strict);
}
