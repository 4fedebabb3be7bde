import { hostname } from 'node:os';
import { connect, type NatsConnection } from 'nats';
import type { Running } from '../life-cycle.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import type { Health } from '../rpc/health.ts';
import { INTROSPECT, type InstanceAnswer } from './answer.ts';
import { figuresOf } from './figures.ts';

/**
 * Answers whoever asks over the broker how this instance does, for as long as the process lives, over a connection of its own: services that have no events have one
 * too. Costs nothing while nobody asks. Begins at once and waits for nothing: while the broker is away nobody can ask.
 */
export function answerIntrospection(options: {
  url: string;
  service: string;
  version: string;
  health: Health;
  log: Logger;
  /** Who answers; host and process unless told otherwise. */
  instance?: string;
}): Running {
  const { url, service, version, health, log } = options;
  const instance = options.instance ?? `${hostname()}/${process.pid}`;
  const begin = performance.now();
  let stopped = false;
  let connection: NatsConnection | undefined;

  async function tell(): Promise<InstanceAnswer> {
    const [{ ready, phase, dependencies }, figures] = await Promise.all([health.readiness(), figuresOf(registry)]);
    const uptimeSeconds = (performance.now() - begin) / 1000;
    return { service, version, instance, uptimeSeconds, ready, phase, dependencies, ...figures };
  }

  async function follow(): Promise<void> {
    const connected = await connect({
      servers: url.split(','),
      name: `${service} introspection`,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 500,
    });
    if (stopped) return connected.close();
    connection = connected;
    connected.subscribe(INTROSPECT, {
      callback(error, message) {
        if (error) return log.debug({ err: error }, 'introspection is not heard');
        tell()
          .then((answer) => message.respond(JSON.stringify(answer)))
          .catch((failure: unknown) => log.debug({ err: failure }, 'introspection is not answered'));
      },
    });
  }

  follow().catch((error: unknown) => log.warn({ err: error }, 'operators cannot ask this instance'));
  return {
    async stop() {
      stopped = true;
      await connection?.close();
    },
  };
}
