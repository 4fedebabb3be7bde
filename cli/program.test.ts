import { type Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { tradewind } from './program.ts';

const everything = commandsOf(await tradewind([]), []);

function commandsOf(command: Command, path: string[]): { name: string; command: Command }[] {
  const here = [...path, command.name()];
  return [{ name: here.join(' '), command }, ...command.commands.flatMap((each) => commandsOf(each, here))];
}

function helpOf(command: Command): string {
  const said: string[] = [];
  command.configureOutput({ writeOut: (text) => said.push(text) }).outputHelp();
  return said.join('');
}

/** What a wrong call is answered with. */
async function refusal(...words: string[]): Promise<string> {
  const said: string[] = [];
  const program = await tradewind(words);
  for (const { command } of commandsOf(program, [])) command.configureOutput({ writeErr: (text) => said.push(text) });
  const error = await program.parseAsync(words, { from: 'user' }).catch((failure) => failure);
  expect(error).toBeInstanceOf(CommanderError);
  expect(error.exitCode).not.toBe(0);
  return said.join('');
}

test.each(everything)('$name explains itself with an example of its own', ({ name, command }) => {
  expect(helpOf(command)).toMatch(new RegExp(`Examples?:[\\s\\S]*\\$ npx ${name}`));
});

test.each(everything.slice(1))('$name says in the list of commands what it does, as the others do', ({ command }) => {
  expect(command.summary()).toMatch(/^[a-z].*[^.]$/);
});

test('only the commands that are named are loaded', async () => {
  expect((await tradewind(['saga', 'list'])).commands.map((command) => command.name())).toEqual(['saga']);
});

test.each([
  [['status', '--bogus'], "unknown option '--bogus'"],
  [['order', 'get'], "missing required argument 'order'"],
  [['order', 'frob'], "unknown command 'frob'"],
  [['saga', 'list', '--limit', 'x'], 'It must be a whole number from 1 to 250.'],
  [['saga', 'list', '--state', 'lost'], 'Allowed choices are running, compensating, completed, compensated, parked.'],
  [['mails', 'list', '--limit', '0'], 'It must be a whole number of at least 1.'],
  [['up', '--port', '70000'], 'It must be a whole number from 1 to 65535.'],
  [['verify', '--wait', 'long'], 'It must be a number of seconds.'],
  [['events', 'tail', '--since', '-1'], 'It must be a number of minutes.'],
  [['fault', 'set', '*', '--delay', 'long'], 'It must be a time such as 200ms, 2s or 10m, up to 1m.'],
  [['fault', 'set', '*', '--percent', '101'], 'It must be a whole number from 1 to 100.'],
  [['fault', 'set', '*', '--abort', 'NOWHERE'], 'Allowed choices are CANCELLED'],
  [['dlq', 'discard', '1'], "required option '--reason <text>' not specified"],
])('%j is refused with its reason', async (words, reason) => {
  expect(await refusal(...words)).toContain(reason);
});
