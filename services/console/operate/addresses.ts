/** Where each page of the operators is, so that one thing leads to the next. */
export const storyPath = (orderId: string): string => `/operate/orders/${orderId}`;
export const sagaPath = (sagaId: string): string => `/operate/sagas/${sagaId}`;
export const deadLetterPath = (sequence: bigint): string => `/operate/dead-letters/${sequence}`;
export const tracePath = (traceId: string): string => `/operate/traces/${traceId}`;
export const userPath = (userId: string): string => `/operate/users/${userId}`;
export const rpcPath = (rpc: string): string => `/operate/contracts/${rpc}`;
export const nodePath = (service: string): string => `/operate?${new URLSearchParams({ service })}`;

/** The event stream, of one thing or of all that one call began. */
export function eventsPath(about: { aggregate?: string; correlation?: string; type?: string }): string {
  return `/operate/events?${new URLSearchParams(about)}`;
}
