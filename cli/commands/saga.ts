import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { reasonOf } from '#chassis/domain-error.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type Saga, SagaSchema, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { contextOf } from '../context.ts';
import { nameOf } from '../enum-name.ts';
import { Misuse } from '../failure.ts';
import { jsonOf } from '../json.ts';
import { table, timeText } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

const LARGEST_PAGE = 250;
const STATES = Object.keys(SagaState)
  .filter((name) => name !== 'UNSPECIFIED')
  .map((name) => name.toLowerCase());

export function sagaCommand(): Command {
  return new Command('saga')
    .summary('look at checkouts, and free those that are stuck')
    .description('Shows the checkouts and cancellations that run, and frees those that are stuck.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind saga list --state parked')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(resumeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('list sagas, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--limit <count>', `how many, up to ${LARGEST_PAGE}`, wholeNumber(1, LARGEST_PAGE), 50)
    .addHelpText('after', '\nExamples:\n  $ npx tradewind saga list\n  $ npx tradewind saga list --state parked --json')
    .action(async ({ state, limit }: { state?: string; limit: number }, command: Command) => {
      const { operator, print } = contextOf(command);
      const wanted = SagaState[(state?.toUpperCase() ?? 'UNSPECIFIED') as keyof typeof SagaState];
      const client = (await operator()).of(OrdersOperationsService);
      const { sagas } = await client.listSagas({ state: wanted, pageSize: limit });
      print(sagas.map(sagaJson), () =>
        table(
          ['id', 'kind', 'order', 'state', 'step', 'problem'],
          sagas.map(({ id, kind, orderId, state, step, problem }) => [
            id,
            kind,
            orderId,
            stateName(state),
            step,
            problem,
          ]),
          'No saga.',
        ),
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .summary('show every move of a saga')
    .argument('<saga>', 'the id of the saga')
    .addHelpText('after', '\nExample:\n  $ npx tradewind saga show 01890a5d-ac96-774b-bcce-b302099a8057')
    .action(async (sagaId: string, _options, command: Command) => {
      const { operator, print } = contextOf(command);
      const { saga } = await (await operator()).of(OrdersOperationsService).getSaga({ sagaId });
      if (saga) print(sagaJson(saga), () => sagaText(saga));
    });
}

function resumeCommand(): Command {
  return new Command('resume')
    .summary('let parked sagas try again')
    .description('Lets a parked saga, or all of them, go on with the step it gave up, with new tries.')
    .argument('[saga]', 'the id of the saga')
    .option('--all', 'all that are parked')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind saga resume 01890a5d-ac96-774b-bcce-b302099a8057\n  $ npx tradewind saga resume --all',
    )
    .action(async (sagaId: string | undefined, { all = false }: { all?: boolean }, command: Command) => {
      if (all === (sagaId !== undefined)) throw new Misuse('Name the saga by its id, or say --all.');
      const { operator, print } = contextOf(command);
      const client = (await operator()).of(OrdersOperationsService);
      if (sagaId === undefined) {
        const resumed = await resumeAll(client);
        print({ resumed }, () => (resumed === 1 ? '1 saga resumed.' : `${resumed} sagas resumed.`));
        return;
      }
      const { saga } = await client.resumeSaga({ sagaId });
      if (saga) print(sagaJson(saga), () => sagaText(saga));
    });
}

/** Resumes every saga that is parked, one by one; answers how many. */
async function resumeAll(client: Client<typeof OrdersOperationsService>): Promise<number> {
  const parked: string[] = [];
  let pageToken = '';
  do {
    const page = await client.listSagas({ state: SagaState.PARKED, pageSize: LARGEST_PAGE, pageToken });
    parked.push(...page.sagas.map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  let resumed = 0;
  for (const sagaId of parked) {
    try {
      await client.resumeSaga({ sagaId });
      resumed++;
    } catch (error) {
      // Somebody else was faster.
      if (reasonOf(error)?.reason !== 'SAGA_NOT_PARKED') throw error;
    }
  }
  return resumed;
}

const sagaJson = (saga: Saga) => jsonOf(SagaSchema, saga);
const stateName = (state: SagaState) => nameOf(SagaState, state);

function sagaText(saga: Saga): string {
  const { id, kind, orderId, state, step, attempts, problem, wakeTime, moves } = saga;
  return [
    `${kind} ${pc.bold(id)} of order ${orderId}: ${stateName(state)}`,
    step &&
      `at ${step}, ${attempts} ${attempts === 1 ? 'failed try' : 'failed tries'}${wakeTime ? `, goes on at ${timeText(timestampDate(wakeTime))}` : ''}`,
    problem && pc.red(problem),
    table(
      ['time', 'step', 'outcome', 'problem'],
      moves.map((move) => [timeText(move.time && timestampDate(move.time)), move.step, move.outcome, move.problem]),
      'No move yet.',
    ),
  ]
    .filter(Boolean)
    .join('\n');
}
