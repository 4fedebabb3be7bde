import { Command } from 'commander';
import pc from 'picocolors';
import { askRestart } from '#chassis/local/control.ts';
import { contextOf } from '../context.ts';
import { Misuse } from '../failure.ts';

export function restartCommand(): Command {
  return new Command('restart')
    .summary('restart services one instance at a time')
    .description(
      'Restarts each instance of a service, or of every service, while the others serve: a new process takes over when it is ready, the old one finishes its calls. No call is lost.',
    )
    .argument('[service]', 'which service; all when left out')
    .addHelpText('after', '\nExamples:\n  $ npx tradewind restart\n  $ npx tradewind restart orders')
    .action(async (service: string | undefined, _options, command: Command) => {
      const { mesh, json, print } = contextOf(command);
      const { control, services } = mesh();
      if (service !== undefined && !(service in services))
        throw new Misuse(`There is no service ${service}. There are: ${Object.keys(services).join(', ')}.`);
      if (!control) throw new Misuse('The mesh is still starting.');
      const restarted = await askRestart(control, service, (line) => {
        if (!json) console.log(`  ${line}`);
      });
      print(
        { restarted },
        `${pc.green('✔')} Restarted ${restarted.length === 1 ? '1 process' : `${restarted.length} processes`}.`,
      );
    });
}
