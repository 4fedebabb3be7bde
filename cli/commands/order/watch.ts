import { Command } from 'commander';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { contextOf } from '../../context.ts';
import { FAILED } from '../../failure.ts';
import { actsAsSomebody, named } from './person.ts';
import { printStates } from './watching.ts';

export function watchCommand(): Command {
  return actsAsSomebody(new Command('watch'))
    .summary('follow an order')
    .description(
      'Prints each state an order gets into until it is delivered or cancelled; with --json one order a line. Exit code 1 when it is cancelled. Without --email the operator asks.',
    )
    .argument('<order>', 'the id of the order')
    .addHelpText('after', '\nExample:\n  $ npx tradewind order watch 01890a5d-ac96-774b-bcce-b302099a8057')
    .action(async (orderId: string, options: { email?: string }, command: Command) => {
      const context = contextOf(command);
      const person = named(options);
      const client = person ? await context.guest().signedIn(person) : await context.operator();
      const last = await printStates(client.of(OrdersService), orderId, context);
      if (last?.state === OrderState.CANCELLED) process.exitCode = FAILED;
    });
}
