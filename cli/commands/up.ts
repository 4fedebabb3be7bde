import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { BadReplicas, type Replicas, readReplicas } from '#chassis/local/replicas.ts';
import { type LocalMesh, startMesh } from '#chassis/local/supervisor.ts';
import { collectStartUpGarbage } from '#chassis/start-up-garbage.ts';
import { freshConsole } from '../../services/console/fresh.ts';
import { contextOf } from '../context.ts';
import { stockSample } from '../demo/sample.ts';
import { wholeNumber } from '../whole-number.ts';

const DEFAULT_PORT = 8080;

interface Options {
  port: number;
  replicas?: Replicas;
  mtls?: boolean;
  allowFaults?: boolean;
  fresh?: boolean;
  sample: boolean;
}

export function upCommand(): Command {
  return new Command('up')
    .summary('start the mesh on this machine')
    .description(
      'Starts PostgreSQL, NATS, a mail server and one process per service, and keeps them running until Ctrl-C or `tradewind down`. DATABASE_URL_<SERVICE>, NATS_URL and SMTP_URL name servers of your own to use instead.',
    )
    .option('--port <port>', 'where the gateway listens', wholeNumber(1, 65_535), DEFAULT_PORT)
    .option('--replicas <list>', 'run services several times, such as orders=2,inventory=2', replicas)
    .option('--mtls', 'have services speak mutual TLS and go by certificates, which are renewed as they run')
    .option('--allow-faults', 'let calls be made to fail on purpose, with `tradewind fault` or by header')
    .option('--fresh', 'throw the data folder away first')
    .option('--no-sample', 'leave a shop without products empty, instead of filling it with the sample catalogue')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind up\n  $ npx tradewind up --fresh --port 9000\n  $ npx tradewind up --replicas orders=2,inventory=2',
    )
    .action(async (options: Options, command: Command) => {
      const { directory, json, print } = contextOf(command);
      const begin = Date.now();
      const say = (line: string) => {
        if (!json) console.log(`  ${pc.gray(`${((Date.now() - begin) / 1000).toFixed(1).padStart(5)} s`)}  ${line}`);
      };
      const stop = new AbortController();
      const stopAsked = once(stop.signal, 'abort');
      for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort());
      if (!json) console.log(`Starting Tradewind on ${directory}`);
      const { port: gatewayPort, replicas = {}, fresh = false, mtls = false, allowFaults } = options;
      const env: Record<string, string> = allowFaults ? { FAULTS_ALLOWED: '1' } : {};
      await freshConsole(say);
      const mesh = await startMesh({
        directory,
        gatewayPort,
        replicas,
        fresh,
        mtls,
        env,
        say,
        signal: stop.signal,
      }).catch((error: unknown) => {
        if (error !== stop.signal.reason) throw error;
      });
      if (!mesh) return say('stopped before it was ready');
      // A catalogue in a database of one's own is nobody's to fill.
      if (options.sample && !process.env.DATABASE_URL_CATALOG)
        await stockSample(mesh.record, say).catch((error) => say(`the shop could not be filled: ${error}`));
      collectStartUpGarbage();
      print({ ...mesh.record, operator: undefined, databases: undefined, control: undefined }, () =>
        welcome(mesh, Date.now() - begin),
      );
      await stopAsked;
      // A second Ctrl-C must not cut the stop short: everything in flight is brought to its end.
      process.on('SIGINT', () => say('already stopping; work in flight is being finished'));
      say('stopping');
      await mesh.stop();
      say('stopped');
    });
}

function welcome({ record }: LocalMesh, took: number): string {
  return `
${pc.green('✔')} Tradewind is ready after ${(took / 1000).toFixed(1)} s: ${pc.bold(record.gatewayUrl)}
  Open it in a browser to shop; what it can do besides is at ${record.gatewayUrl}/docs
${record.mailUrl ? `  Mails it sends are kept at ${record.mailUrl}\n` : ''}  The operator signs in at ${record.gatewayUrl}/operate as ${record.operator.email} with ${record.operator.password}

  Try this in another terminal:  ${pc.bold('npx tradewind demo')}
  Ctrl-C stops everything.
`;
}

function replicas(text: string): Replicas {
  try {
    return readReplicas(text);
  } catch (error) {
    if (error instanceof BadReplicas) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
