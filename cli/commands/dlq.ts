import { Command } from 'commander';
import pc from 'picocolors';
import { type DeadLetter, type DeadLetters, deadLetters, decoded } from '#chassis/events/dead-letter.ts';
import { natsBroker } from '#chassis/events/nats-broker.ts';
import { deadLetterStream } from '#chassis/events/streams.ts';
import { allEvents } from '#chassis/local/all-events.ts';
import { createLogger } from '#chassis/log.ts';
import { version } from '#chassis/version.ts';
import { connectBroker } from '../broker.ts';
import { type Context, contextOf } from '../context.ts';
import { FAILED, Misuse } from '../failure.ts';
import { table, timeText } from '../table.ts';

export function dlqCommand(): Command {
  return new Command('dlq')
    .summary('look at events that could not be handled')
    .description('Looks at events that could not be handled, and replays them or lets them go.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind dlq list')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(discardCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('list dead letters, oldest first')
    .option('--service <name>', 'only those of this service')
    .option('--consumer <name>', 'only those of this consumer')
    .addHelpText('after', '\nExample:\n  $ npx tradewind dlq list --service notifications')
    .action(async (filter: { service?: string; consumer?: string }, command: Command) => {
      const context = contextOf(command);
      await withDeadLetters(context, async (letters) => {
        const found = await Array.fromAsync(letters.list(filter));
        context.print(found.map(summaryOf), () =>
          table(
            ['number', 'time', 'consumer', 'event', 'of', 'tries', 'error'],
            found.map((each) => [
              each.sequence,
              timeText(each.time),
              `${each.service}/${each.consumer}`,
              each.type,
              each.subject,
              each.attempts,
              each.error.slice(0, 60),
            ]),
            'No dead letters.',
          ),
        );
      });
    });
}

function showCommand(): Command {
  return new Command('show')
    .summary('show a dead letter, decoded by its contract')
    .argument('<number>', 'its number, as `dlq list` shows it', sequence)
    .addHelpText('after', '\nExample:\n  $ npx tradewind dlq show 7')
    .action(async (number: number, _options, command: Command) => {
      const context = contextOf(command);
      await withDeadLetters(context, async (letters) => {
        const found = (await letters.find(number)) ?? missing(number);
        const payload = decoded(found, await allEvents());
        context.print({ ...summaryOf(found), headers: found.headers, payload }, () =>
          [
            `${pc.bold(found.type)} of ${found.subject}, given up by ${found.service}/${found.consumer} after ${found.attempts} tries`,
            pc.red(found.error),
            table(['header', 'value'], Object.entries(found.headers)),
            payload === undefined
              ? `The payload (${found.payload.length} bytes) is not what the contract says: ${Buffer.from(found.payload).toString('base64')}`
              : JSON.stringify(payload, null, 2),
          ].join('\n'),
        );
      });
    });
}

function replayCommand(): Command {
  return new Command('replay')
    .summary('send dead letters to their consumers again')
    .argument('[numbers...]', 'their numbers')
    .option('--all', 'all of them')
    .addHelpText('after', '\nExamples:\n  $ npx tradewind dlq replay 7 9\n  $ npx tradewind dlq replay --all')
    .action(async (numbers: string[], { all }: { all?: boolean }, command: Command) => {
      const context = contextOf(command);
      if (!all && numbers.length === 0) throw new Misuse('Name the dead letters by their numbers, or say --all.');
      await withDeadLetters(context, async (letters) => {
        const wanted = all
          ? (await Array.fromAsync(letters.list())).map((each) => each.sequence)
          : numbers.map(sequence);
        const gone: number[] = [];
        for (const number of wanted) if (!(await letters.replay(number))) gone.push(number);
        context.print(
          { replayed: wanted.length - gone.length, gone },
          `${wanted.length - gone.length} replayed.${goneText(gone)}`,
        );
        if (gone.length > 0) process.exitCode = FAILED;
      });
    });
}

function discardCommand(): Command {
  return new Command('discard')
    .summary('let a dead letter go for ever')
    .argument('<number>', 'its number', sequence)
    .requiredOption('--reason <text>', 'why, for the record')
    .addHelpText('after', '\nExample:\n  $ npx tradewind dlq discard 7 --reason "sent by a test"')
    .action(async (number: number, { reason }: { reason: string }, command: Command) => {
      const context = contextOf(command);
      await withDeadLetters(context, async (letters) => {
        const found = (await letters.find(number)) ?? missing(number);
        await letters.discard(number);
        context.print(
          { ...summaryOf(found), discarded: reason },
          `${found.type} of ${found.subject} is discarded: ${reason}`,
        );
      });
    });
}

async function withDeadLetters(context: Context, work: (letters: DeadLetters) => Promise<void>): Promise<void> {
  const connection = await connectBroker(context.mesh().natsUrl, { name: 'tradewind dlq' });
  const broker = await natsBroker(connection, createLogger({ service: 'cli', version, level: 'error' }));
  try {
    await broker.ensureStream(deadLetterStream);
    await work(deadLetters(broker));
  } finally {
    await broker.close();
  }
}

function summaryOf({ payload: _payload, headers: _headers, ...rest }: DeadLetter) {
  return rest;
}

function sequence(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Misuse(`${text} is not the number of a dead letter.`);
}

function missing(number: number): never {
  throw new Error(`There is no dead letter ${number}.`);
}

function goneText(gone: number[]): string {
  return gone.length > 0 ? ` Not there any more: ${gone.join(', ')}.` : '';
}
