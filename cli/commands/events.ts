import { type DescMessage, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf';
import { Command, InvalidArgumentError } from 'commander';
import { DeliverPolicy, type JsMsg } from 'nats';
import pc from 'picocolors';
import { streamPlanOf } from '#chassis/events/streams.ts';
import { allEvents } from '#chassis/local/all-events.ts';
import { services } from '#chassis/local/topology.ts';
import { connectBroker } from '../broker.ts';
import { contextOf } from '../context.ts';
import { Misuse } from '../failure.ts';

interface TailOptions {
  service?: string;
  type?: string;
  since?: number;
  follow: boolean;
}

export function eventsCommand(): Command {
  const tail = new Command('tail')
    .summary('show events as they are published')
    .description(
      'Shows events as they are published, decoded by their contracts, until Ctrl-C; with --json one a line.',
    )
    .option('--service <name>', 'only those of this service')
    .option('--type <name>', 'only those whose type ends like this, such as OrderConfirmed')
    .option('--since <minutes>', 'begin with those of the last minutes', minutes)
    .option('--no-follow', 'end when there are no more; without --since, begin with the first')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind events tail --service orders\n  $ npx tradewind events tail --since 60 --no-follow --json',
    )
    .action(async (options: TailOptions, command: Command) => {
      const { mesh, json } = contextOf(command);
      const schemas = await allEvents();
      await tailEvents(mesh().natsUrl, options, (message) => {
        const payload = payloadOf(message, schemas);
        console.log(json ? JSON.stringify(asJson(message, payload)) : asText(message, payload));
      });
    });
  return new Command('events')
    .summary('look into the streams of events')
    .description('Looks into the streams of events.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind events tail')
    .addCommand(tail);
}

async function tailEvents(url: string, options: TailOptions, show: (message: JsMsg) => void): Promise<void> {
  const known = services.map(({ name }) => name);
  if (options.service && !known.includes(options.service)) {
    throw new Misuse(`There is no service ${options.service}; there are ${known.join(', ')}.`);
  }
  const connection = await connectBroker(url, { name: 'tradewind events tail' });
  process.once('SIGINT', () => void connection.close());
  const jetstream = connection.jetstream();
  const manager = await connection.jetstreamManager();
  const plans = await Promise.all(
    known.filter((name) => !options.service || name === options.service).map(streamPlanOf),
  );
  const existing = new Set<string>();
  for await (const { config } of manager.streams.list()) existing.add(config.name);

  async function read(stream: string): Promise<void> {
    const consumer = await jetstream.consumers.get(stream, {
      ...beginning(options),
    });
    let pending = (await consumer.info()).num_pending;
    if (!options.follow && pending === 0) return;
    for await (const message of await consumer.consume()) {
      if (!options.type || message.subject.endsWith(options.type)) show(message);
      pending = message.info.pending;
      if (!options.follow && pending === 0) return;
    }
  }

  const streams = plans.flatMap((plan) => (plan && existing.has(plan.name) ? [plan.name] : []));
  const reading = Promise.all(streams.map(read));
  await Promise.race([reading, connection.closed()]);
  await connection.close();
}

/** Where to begin to read a stream; at its first event when nothing else is said. */
function beginning({ since, follow }: TailOptions) {
  if (since === undefined) return follow ? { deliver_policy: DeliverPolicy.New } : {};
  return {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(Date.now() - since * 60_000).toISOString(),
  };
}

/** The payload by its contract; as it is when it is unknown or not what its contract says. */
function payloadOf(message: JsMsg, schemas: readonly DescMessage[]): JsonValue {
  const schema = schemas.find(({ typeName }) => typeName === message.subject);
  const asItIs = { base64: Buffer.from(message.data).toString('base64') };
  if (!schema) return asItIs;
  try {
    return toJson(schema, fromBinary(schema, message.data));
  } catch {
    return asItIs;
  }
}

function asJson(message: JsMsg, payload: JsonValue): object {
  const headers = Object.fromEntries([...(message.headers ?? [])].map(([name, values]) => [name, values[0]]));
  return { stream: message.info.stream, sequence: message.seq, type: message.subject, headers, payload };
}

function asText(message: JsMsg, payload: JsonValue): string {
  const header = (name: string) => message.headers?.get(name) ?? '';
  const time = header('ce-time').slice(11);
  const type = message.subject.slice(message.subject.lastIndexOf('.') + 1);
  return `${pc.gray(time)} ${pc.bold(type.padEnd(24))} ${header('ce-subject')} ${pc.gray(JSON.stringify(payload))}`;
}

function minutes(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number of minutes.');
}
