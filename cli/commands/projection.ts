import { toJson } from '@bufbuild/protobuf';
import { Command } from 'commander';
import {
  OrdersOperationsService,
  RebuildProjectionResponseSchema,
} from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { contextOf } from '../context.ts';

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
        toJson(RebuildProjectionResponseSchema, result),
        `${projection} was built anew: ${rows} rows from ${events} events.`,
      );
    });
  return new Command('projection').description('Looks after read models.').addCommand(rebuild);
}
