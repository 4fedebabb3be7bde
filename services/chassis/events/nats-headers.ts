import { type MsgHdrs, headers as natsHeaders } from 'nats';

export function toHeaders(values: Record<string, string>): MsgHdrs {
  const made = natsHeaders();
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}

/** The first value of each header; the mesh sets no header twice. */
export function fromHeaders(given: MsgHdrs | undefined): Record<string, string> {
  return Object.fromEntries([...(given ?? [])].map(([name, values]) => [name, values[0] ?? '']));
}
