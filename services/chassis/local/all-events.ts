import type { DescMessage } from '@bufbuild/protobuf';
import { eventsOf } from '../events/streams.ts';
import { services } from './topology.ts';

/** Every event type of the mesh. */
export async function allEvents(): Promise<DescMessage[]> {
  return (await Promise.all(services.map(({ name }) => eventsOf(name)))).flat();
}
