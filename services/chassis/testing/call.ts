import type { DescMethod } from '@bufbuild/protobuf';
import { newId } from '../ids.ts';
import type { Call, User } from '../rpc/call.ts';
import { rpcOf } from '../rpc/rpcs.ts';
import { ServedCall } from '../rpc/served-call.ts';

/** A call as an implementation sees it, made without a network: on behalf of a user, of a service, or of nobody. */
export function callAs(
  who: { user?: Partial<User> & { id: string }; service?: string; headers?: Record<string, string> },
  method: DescMethod,
): Call {
  const call = new ServedCall(rpcOf(method), { get: (name) => who.headers?.[name] }, undefined);
  call.correlationId = newId();
  call.caller = {
    service: who.service ?? 'gateway',
    ...(who.user && { user: { roles: ['SHOPPER'], scopes: ['tradewind:all'], token: 'none', ...who.user } }),
  };
  return call;
}
