import { type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';

/** A message as JSON for scripts, with zeros and empty lists written out: what is always there need not be asked for. */
export function jsonOf<D extends DescMessage>(schema: D, message: MessageShape<D>) {
  return toJson(schema, message, { alwaysEmitImplicit: true });
}
