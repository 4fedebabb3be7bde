import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Command } from 'commander';
import { OrderHistoryEntrySchema, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { contextOf } from '../../context.ts';
import { nameOf } from '../../enum-name.ts';
import { jsonOf } from '../../json.ts';
import { table, timeText } from '../../table.ts';
import { actsAsSomebody, named } from './person.ts';
import { orderJson, orderText } from './show.ts';

export function getCommand(): Command {
  return actsAsSomebody(new Command('get'))
    .summary('show an order')
    .description('Shows an order as it is now, or everything that happened to it. Without --email the operator asks.')
    .argument('<order>', 'the id of the order')
    .option('--history', 'show every event of the order instead')
    .addHelpText('after', '\nExample:\n  $ npx tradewind order get 01890a5d-ac96-774b-bcce-b302099a8057 --history')
    .action(async (orderId: string, options: { history?: boolean; email?: string }, command: Command) => {
      const context = contextOf(command);
      const person = named(options);
      const client = person ? await context.guest().signedIn(person) : await context.operator();
      const orders = client.of(OrdersService);
      if (options.history) {
        const { entries } = await orders.getOrderHistory({ orderId });
        context.print(
          entries.map((entry) => jsonOf(OrderHistoryEntrySchema, entry)),
          () =>
            table(
              ['version', 'time', 'event', 'state'],
              entries.map(({ version, time, type, state }) => [
                version,
                timeText(time && timestampDate(time)),
                type,
                nameOf(OrderState, state),
              ]),
            ),
        );
        return;
      }
      const { order } = await orders.getOrder({ orderId });
      if (order) context.print(orderJson(order), () => orderText(order));
    });
}
