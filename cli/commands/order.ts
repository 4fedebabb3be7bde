import { Command } from 'commander';
import { cancelCommand } from './order/cancel.ts';
import { getCommand } from './order/get.ts';
import { placeCommand } from './order/place.ts';
import { watchCommand } from './order/watch.ts';

export function orderCommand(): Command {
  return new Command('order')
    .summary('place orders and follow them')
    .description('Places orders and follows them.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind order place "two-person tent" --watch')
    .addCommand(placeCommand())
    .addCommand(getCommand())
    .addCommand(watchCommand())
    .addCommand(cancelCommand());
}
