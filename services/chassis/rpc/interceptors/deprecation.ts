import { type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { Counter } from 'prom-client';
import { lifecycle as lifecycleOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { registry } from '../../metrics.ts';
import type { Rpc } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

const calls = new Counter({
  name: 'tradewind_deprecated_calls_total',
  help: 'Calls of RPCs that are on their way out, by RPC, caller (a service, or external) and kind of client.',
  labelNames: ['rpc', 'caller', 'agent'],
  registers: [registry],
});

/**
 * Tells whoever calls a deprecated service that it is on its way out, until when it stays and what takes its place, and counts the calls, so that it is known when
 * nobody is left. It stands outside authentication, so that refused calls are told too, and counts once the caller is known. RPCs of services that stay pay nothing.
 */
export const deprecation: Interceptor = (rpc) => {
  const headers = announcementOf(rpc);
  if (headers.length === 0) return (next) => next;
  return (next) => async (call, request) => {
    for (const [name, value] of headers) call.responseHeaders.set(name, value);
    try {
      return await next(call, request);
    } finally {
      calls.inc({ rpc: rpc.name, caller: call.caller.service, agent: agentOf(call.headers.get('user-agent')) });
    }
  };
};

/** `Deprecation` as in RFC 9745, `Sunset` as in RFC 8594, `Link` as in RFC 8288; none for a service that stays. */
function announcementOf({ method }: Rpc): [name: string, value: string][] {
  const service = method.parent;
  if (!hasOption(service, lifecycleOption)) return [];
  const { deprecatedSince, sunset, successor } = getOption(service, lifecycleOption);
  return [
    ['deprecation', `@${dayOf(deprecatedSince, service).getTime() / 1000}`],
    ['sunset', dayOf(sunset, service).toUTCString()],
    ['link', `</${successor}/${method.name}>; rel="successor-version"`],
  ];
}

function dayOf(text: string, service: DescService): Date {
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) throw new Error(`${service.typeName} is deprecated from or until ${text}, no date`);
  return day;
}

/** What a client says of itself has no bounds; a label must. */
const AGENTS: readonly [kind: string, sign: RegExp][] = [
  ['grpc', /^grpc-/],
  ['connect', /^connect-/],
  ['browser', /^Mozilla\//],
  ['curl', /^curl\//],
];

function agentOf(userAgent = ''): string {
  return AGENTS.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other';
}
