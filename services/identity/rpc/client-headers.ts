import type { Call } from '#chassis/rpc/call.ts';

/** Where the gateway says a call from outside came from. Only the gateway may call what reads it. */
const CLIENT_ADDRESS = 'x-client-address';
/** What the caller says of itself, as the gateway tells. */
const CLIENT_USER_AGENT = 'x-client-user-agent';
const LONGEST_USER_AGENT = 200;

export function addressOf(call: Call): string | undefined {
  return call.headers.get(CLIENT_ADDRESS);
}

export function userAgentOf(call: Call): string {
  return (call.headers.get(CLIENT_USER_AGENT) ?? '').slice(0, LONGEST_USER_AGENT);
}
