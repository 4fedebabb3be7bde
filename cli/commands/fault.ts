import { Command, InvalidArgumentError, Option } from 'commander';
import type { KV } from 'nats';
import pc from 'picocolors';
import { durationMs, durationText } from '#chassis/faults/duration.ts';
import { codeNames, codeOf, type Fault, LONGEST_DELAY_MS } from '#chassis/faults/fault.ts';
import { type Flag, flagsOf, LONGEST_FLAG_MS, openFlags, writtenFlag } from '#chassis/faults/flag.ts';
import { newId } from '#chassis/ids.ts';
import { services } from '#chassis/local/topology.ts';
import { codeName } from '#chassis/rpc/code-name.ts';
import { connectBroker } from '../broker.ts';
import { type Context, contextOf } from '../context.ts';
import { FAILED, Misuse } from '../failure.ts';
import { findRpc } from '../find-rpc.ts';
import { table, timeText } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

const SERVICES = services.map(({ name }) => name);
const NOT_ALLOWED = 'This mesh does not allow faults. Start it with `npm start -- --allow-faults`.';

export function faultCommand(): Command {
  return new Command('fault')
    .summary('make calls fail or wait on purpose')
    .description('Makes calls fail or wait on purpose, for a while, in a mesh that was started with --allow-faults.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind fault set PaymentsService --delay 2s')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(clearCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('list the faults that are on')
    .addHelpText('after', '\nExample:\n  $ npx tradewind fault list')
    .action(async (_options, command: Command) => {
      const context = contextOf(command);
      const flags = context.mesh().faultsAllowed ? await withFlags(context, (bucket) => flagsOf(bucket)) : [];
      const none = context.mesh().faultsAllowed ? 'No fault.' : NOT_ALLOWED;
      context.print(flags.map(flagJson), () => flagTable(flags, none));
    });
}

interface SetOptions {
  delay?: number;
  abort?: string;
  percent: number;
  service?: string;
  caller?: string;
  for: number;
}

function setCommand(): Command {
  return new Command('set')
    .summary('switch a fault on')
    .description('Switches a fault on in every process of the mesh, until its time is over or it is cleared.')
    .argument('<rpc>', 'an RPC such as PaymentsService/AuthorizePayment, all of a contract, or * for all there are')
    .option('--delay <time>', 'how long calls wait, such as 200ms or 2s', time(LONGEST_DELAY_MS))
    .addOption(new Option('--abort <code>', 'what calls are answered with').choices(codeNames))
    .option('--percent <number>', 'how many of a hundred calls', wholeNumber(1, 100), 100)
    .addOption(
      new Option(
        '--service <name>',
        'the process that misbehaves; the one that owns the RPC unless told otherwise',
      ).choices(SERVICES),
    )
    .option('--caller <name>', 'only calls by this service, or by `external`')
    .option('--for <time>', 'when it ends by itself, 24h at most', time(LONGEST_FLAG_MS), 600_000)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind fault set PaymentsService --delay 2s --percent 50\n  $ npx tradewind fault set AuthorizePayment --abort UNAVAILABLE --caller orders --for 2m',
    )
    .action(async (rpc: string, options: SetOptions, command: Command) => {
      const context = contextOf(command);
      if (options.delay === undefined && options.abort === undefined)
        throw new Misuse('Say what goes wrong: --delay, --abort or both.');
      const flag = { id: newId(), ...faultOf(findRpc(rpc), options), until: new Date(Date.now() + options.for) };
      if (!context.mesh().faultsAllowed) throw new Error(NOT_ALLOWED);
      await withFlags(context, (bucket) => bucket.put(flag.id, writtenFlag(flag)));
      context.print(flagJson(flag), () => flagTable([flag], ''));
    });
}

function faultOf(rpc: string, { delay, abort, percent, service, caller }: SetOptions): Fault {
  const code = abort === undefined ? undefined : codeOf(abort);
  return {
    rpc,
    percent,
    ...(service !== undefined && { service }),
    ...(caller !== undefined && { caller }),
    ...(delay !== undefined && { delayMs: delay }),
    ...(code !== undefined && { abort: code }),
  };
}

function clearCommand(): Command {
  return new Command('clear')
    .summary('switch faults off')
    .argument('[ids...]', 'their ids, as `fault list` shows them')
    .option('--all', 'all of them')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind fault clear --all\n  $ npx tradewind fault clear 01890a5d-ac96-774b-bcce-b302099a8057',
    )
    .action(async (ids: string[], { all }: { all?: boolean }, command: Command) => {
      const context = contextOf(command);
      if (!all && ids.length === 0) throw new Misuse('Name the faults by their ids, or say --all.');
      const { cleared, gone } = await withFlags(context, async (bucket) => {
        const on = (await flagsOf(bucket)).map(({ id }) => id);
        const wanted = all ? on : ids.filter((id) => on.includes(id));
        for (const id of wanted) await bucket.delete(id);
        return { cleared: wanted, gone: ids.filter((id) => !on.includes(id)) };
      });
      context.print(
        { cleared, gone },
        `${cleared.length} cleared.${gone.length > 0 ? ` Not there: ${gone.join(', ')}.` : ''}`,
      );
      if (gone.length > 0) process.exitCode = FAILED;
    });
}

async function withFlags<T>(context: Context, work: (bucket: KV) => Promise<T>): Promise<T> {
  const connection = await connectBroker(context.mesh().natsUrl, { name: 'tradewind fault' });
  try {
    return await work(await openFlags(connection));
  } finally {
    await connection.close();
  }
}

function flagJson({ abort, until, ...rest }: Flag) {
  return { ...rest, ...(abort !== undefined && { abort: codeName(abort) }), until: until.toISOString() };
}

function flagTable(flags: readonly Flag[], nothing: string): string {
  return table(
    ['id', 'rpc', 'fault', '%', 'only', 'until'],
    flags.map(({ id, rpc, delayMs, abort, percent, service, caller, until }) => [
      id,
      rpc,
      [delayMs !== undefined && `delay ${durationText(delayMs)}`, abort !== undefined && pc.red(codeName(abort))]
        .filter(Boolean)
        .join(', '),
      percent,
      [service && `in ${service}`, caller && `by ${caller}`].filter(Boolean).join(' '),
      timeText(until),
    ]),
    nothing,
  );
}

function time(longestMs: number): (text: string) => number {
  return (text) => {
    const ms = durationMs(text);
    if (ms !== undefined && ms > 0 && ms <= longestMs) return ms;
    throw new InvalidArgumentError(`It must be a time such as 200ms, 2s or 10m, up to ${durationText(longestMs)}.`);
  };
}
