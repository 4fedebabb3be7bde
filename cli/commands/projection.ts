import { Command } from 'commander';
import {
  OrdersOperationsService,
  RebuildProjectionResponseSchema,
} from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { contextOf } from '../context.ts';
import { jsonOf } from '../json.ts';

export function projectionCommand(): Command {
  const rebuild = new Command('rebuild')
    .summary('build a read model anew from the stream')
    .description('Builds a read model anew from the events in the stream, while the old one goes on serving.')
    .argument('[name]', 'the read model', 'order_summary')
    .addHelpText('after', '\nExample:\n  $ npx tradewind projection rebuild order_summary')
    .action(async (projection: string, _options, command: Command) => {
      const { operator, print } = contextOf(command);
      const result = await (await operator()).of(OrdersOperationsService).rebuildProjection({ projection });
      const { events, rows } = result;
      print(
        jsonOf(RebuildProjectionResponseSchema, result),
        `${projection} was built anew: ${rows} rows from ${events} events.`,
      );
    });
  return new Command('projection')
    .summary('look after read models')
    .description('Looks after read models.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind projection rebuild')
    .addCommand(rebuild);
}
