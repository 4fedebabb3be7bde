import type { Server } from '@grpc/grpc-js';

/**
 * How many calls a client may give up on one connection: as many at once as it may have open, and half a thousand a second for long. Beyond it the connection ends,
 * and with it the calls of others that share it. Node's 33 a second are the answer to CVE-2023-44487, where a client resets tens of thousands a second; a gateway
 * passes that by carrying shoppers who leave, and a client that hedges by cancelling what lost. Both settings are needed: https://nodejs.org/api/http2.html
 */
export const RESETS = { streamResetBurst: 4_000, streamResetRate: 500 };

/** grpc-js has no option for it, hence this reaches for what it opens its sessions with; before a port or an injector is made of the server. */
export function allowResets(server: Server): void {
  Object.assign(Reflect.get(server, 'commonServerOptions'), RESETS);
}
