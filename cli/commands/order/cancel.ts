import { Command } from 'commander';
import { type Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { contextOf } from '../../context.ts';
import { actsAsSomebody, named } from './person.ts';
import { orderJson, orderText } from './show.ts';

export function cancelCommand(): Command {
  return actsAsSomebody(new Command('cancel'))
    .summary('cancel an order that is not shipped yet')
    .description(
      'Asks that an order be undone: its stock returns, what was charged is paid back. Without --email the operator asks.',
    )
    .argument('<order>', 'the id of the order')
    .addHelpText('after', '\nExample:\n  $ npx tradewind order cancel 01890a5d-ac96-774b-bcce-b302099a8057')
    .action(async (orderId: string, options: { email?: string }, command: Command) => {
      const context = contextOf(command);
      const person = named(options);
      const client = person ? await context.guest().signedIn(person) : await context.operator();
      const { order } = await client.of(OrdersService).cancelOrder({ orderId });
      if (order) context.print(orderJson(order), () => cancelledText(order));
    });
}

/** The order, and where to see it end when that takes a moment. */
function cancelledText(order: Order): string {
  if (order.state === OrderState.CANCELLED) return orderText(order);
  return `${orderText(order)}\nIts cancellation is under way; \`npx tradewind order watch ${order.id}\` follows it.`;
}
