import type { Transport } from '@connectrpc/connect';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';
import { createGrpcTransport } from './rpc/client.ts';
import type { ServiceToken } from './rpc/service-token.ts';
import type { MeshIdentity } from './tls/mesh-identity.ts';

export interface UpstreamOptions {
  /** The environment, in which `UPSTREAM_<NAME>` says where a service is. */
  config: Readonly<Record<string, unknown>>;
  log: Logger;
  /** How this service shows who it is: by its certificate, else by its token. */
  identity: MeshIdentity | undefined;
  serviceToken: string | ServiceToken | undefined;
}

/** The channels to the services that this one calls, each opened when it is first asked for. */
export class Upstreams {
  readonly #options: UpstreamOptions;
  readonly #opened = new Map<string, ReturnType<typeof createGrpcTransport>>();

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /** Throws ConfigError when nothing says where the service is. */
  to(service: string): Transport {
    const known = this.#opened.get(service) ?? this.#open(service);
    this.#opened.set(service, known);
    return known;
  }

  stop(): void {
    for (const transport of this.#opened.values()) transport.close();
  }

  #open(service: string) {
    const { config, log, identity, serviceToken } = this.#options;
    const variable = `UPSTREAM_${service.toUpperCase()}`;
    const target = config[variable];
    if (typeof target !== 'string')
      throw new ConfigError(`Bad configuration: ${variable} is not set. It must be host:port[,host:port].`);
    return createGrpcTransport({
      target,
      ...(serviceToken && { serviceToken }),
      tls: identity && { identity, service },
      onCircuit(dependency, state, cause) {
        if (state === 'open')
          log.warn({ dependency, err: cause }, 'circuit opened: the dependency is left alone for a while');
        else log.info({ dependency }, 'circuit closed: the dependency answers again');
      },
    });
  }
}
