import { type DescMessage, getOption, type Message, type MessageShape } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { event } from '#gen/tradewind/mesh/v1/policy_pb.ts';

/** The subject of an event: its full proto name, so that contract and wire cannot differ. */
export function subjectOf(schema: DescMessage): string {
  return schema.typeName;
}

/** The service that owns an event: `orders` of `tradewind.orders.events.v1.OrderPlaced`. Throws for anything that is not an event. */
export function ownerOf(type: DescMessage | string): string {
  const name = typeof type === 'string' ? type : type.typeName;
  const owner = /^tradewind\.([a-z][a-z0-9_]*)\.events\./.exec(name)?.[1];
  if (!owner) throw new Error(`${name} is not the name of an event`);
  return owner;
}

/** The stream that keeps an event: its owner's name in capitals. */
export function streamOf(type: DescMessage | string): string {
  return streamOfService(ownerOf(type));
}

/** The stream of a service's events. */
export function streamOfService(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}

/** The id of the thing an event is about, from the field its contract names. Throws when the field is empty: such an event has no place in any order. */
export function aggregateIdOf<D extends DescMessage>(schema: D, message: MessageShape<D>): string {
  const name = getOption(schema, event).aggregateIdField;
  const field = schema.fields.find((each) => each.name === name);
  const id = field && reflect(schema, message as Message as MessageShape<D>).get(field);
  if (typeof id !== 'string' || id === '') throw new Error(`${schema.typeName} has no ${name || 'aggregate id'}`);
  return id;
}
