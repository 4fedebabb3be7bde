import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { contextOf } from '../context.ts';
import { Misuse } from '../failure.ts';
import { writeComposeSecrets } from './secrets-env.ts';

const forKubernetes = fileURLToPath(new URL('../../istio/secrets/main.ts', import.meta.url));

interface Options {
  format: 'env' | 'kubernetes';
  environment?: string;
}

export function secretsCommand(): Command {
  const formats = new Option('--format <format>', 'where they are used: containers of compose.yaml, or a cluster')
    .choices(['env', 'kubernetes'])
    .default('env');
  return new Command('secrets')
    .summary('make the keys, tokens and passwords of a deployment')
    .description(
      'Makes them once and keeps them in a folder that only you can read. For containers it writes a file of variables per service into it; for a cluster it prints Secrets.',
    )
    .argument('[folder]', 'where they are kept (default: compose or kubernetes in the data folder)')
    .addOption(formats)
    .option('--environment <name>', 'of the cluster: dev, staging or production')
    .addHelpText(
      'after',
      `
Examples:
  $ npx tradewind secrets                                   then: docker compose up --build
  $ npx tradewind secrets --format kubernetes --environment dev ~/tradewind-dev | kubectl apply -f -`,
    )
    .action(async (folder: string | undefined, { format, environment }: Options, command: Command) => {
      const { directory, print } = contextOf(command);
      if (format === 'kubernetes') return printForKubernetes(environment, folder ?? join(directory, 'kubernetes'));
      const files = await writeComposeSecrets(folder ?? join(directory, 'compose'));
      print({ files }, `Wrote ${files.length} files. Service tokens are good for 30 days: run this again before.`);
    });
}

function printForKubernetes(environment: string | undefined, folder: string): void {
  if (environment === undefined) throw new Misuse('Say with --environment which cluster they are for.');
  process.exitCode =
    spawnSync(process.execPath, [forKubernetes, environment, folder], { stdio: 'inherit' }).status ?? 1;
}
