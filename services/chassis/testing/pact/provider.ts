/** What a service brings to have its pacts verified: how it is put together, and the states its callers' examples name. */
import type { DescService } from '@bufbuild/protobuf';
import type { Client, Transport } from '@connectrpc/connect';
import type { NatsConnection } from 'nats';
import type { Database } from '../../db/connect.ts';
import type { BuiltService, ConfigShape, ServiceDefinition } from '../../service.ts';
import type { As } from '../serve.ts';

/** The service under verification, as a state finds it: running, with an empty database. */
export interface World {
  db: Database;
  built: BuiltService;
  /** Where it answers plain HTTP. */
  url: string;
  /** The broker of a provider that needs a real one: empty, as the database is. */
  readonly nats: { url: string; connection: NatsConnection };
  /** A client of the service itself: what can be brought about by calling it is. */
  client<S extends DescService>(service: S, as: As): Promise<Client<S>>;
}

/** Brings a state about, and answers what the service made that the example has another value for. */
export type ProviderState = (params: Record<string, string>) => Promise<unknown>;

export interface PactProvider<S extends ConfigShape = ConfigShape> {
  definition: ServiceDefinition<S>;
  environment?: Record<string, string>;
  /** Whether it works with a real broker, whose address it then gets as NATS_URL. */
  needsBroker?: boolean;
  /** Stand-ins for the services this one calls. */
  upstreams?: (name: string) => Transport;
  states(world: World): Record<string, ProviderState>;
}
