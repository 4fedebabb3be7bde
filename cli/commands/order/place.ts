import { Command } from 'commander';
import { newId } from '#chassis/ids.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { contextOf } from '../../context.ts';
import { FAILED } from '../../failure.ts';
import { findProduct } from '../../find-product.ts';
import { itemOf } from './item.ts';
import { actsAsSomebody, localShopper, named } from './person.ts';
import { orderJson, orderText } from './show.ts';
import { printStates } from './watching.ts';

const SAMPLE_ADDRESS = {
  recipient: 'Local Shopper',
  line1: 'Invalidenstr. 117',
  city: 'Berlin',
  postalCode: '10115',
  countryCode: 'DE',
};

interface PlaceOptions {
  card: string;
  requestId?: string;
  email?: string;
  watch?: boolean;
}

export function placeCommand(): Command {
  return actsAsSomebody(new Command('place'))
    .summary('place an order')
    .description(
      'Places an order, sent to a sample address. Without --email it is placed by a shopper of this data folder, who is registered the first time.',
    )
    .argument('<item...>', 'a product id, a SKU, or words that find a product; =N at the end orders N pieces')
    .option('--card <token>', 'the payment token; services/payments/README.md lists the test cards', 'tok_visa')
    .option('--request-id <uuid>', 'repeat it to repeat the request without placing a second order')
    .option(
      '--watch',
      'follow the order until it is delivered or cancelled; with --json one order a line; exit code 1 when it is cancelled',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind order place "two-person tent" "gas canister=2" --watch\n  $ npx tradewind order place 01890a5d-ac96-774b-bcce-b302099a8057=1 --card tok_declined',
    )
    .action(async (words: string[], options: PlaceOptions, command: Command) => {
      const context = contextOf(command);
      const items = words.map(itemOf);
      const person = named(options);
      const client = person ? await context.guest().signedIn(person) : await localShopper(context);
      const orders = client.of(OrdersService);
      const { order } = await orders.placeOrder({
        requestId: options.requestId ?? newId(),
        items: await Promise.all(
          items.map(async (item) => ({ productId: await findProduct(client, item.named), quantity: item.quantity })),
        ),
        shippingAddress: SAMPLE_ADDRESS,
        paymentToken: options.card,
      });
      if (!order) throw new Error('The mesh answered without an order.');
      if (!options.watch || !context.json) context.print(orderJson(order), () => orderText(order));
      if (!options.watch) return;
      const last = await printStates(orders, order.id, context);
      if (last?.state === OrderState.CANCELLED) process.exitCode = FAILED;
    });
}
