import { Counter } from 'prom-client';
import { registry } from '../metrics.ts';

/** Why a request never became a call: nobody who sends such means well, or knows how. */
export type RefusedFor =
  | 'malformed'
  | 'ambiguous'
  | 'headers_too_large'
  | 'body_too_large'
  | 'too_slow'
  | 'too_many_connections'
  | 'session_broken'
  | 'not_encrypted';

const refused = new Counter({
  name: 'tradewind_http_refused_total',
  help: 'Requests and connections that were refused for how they came, by what was wrong.',
  labelNames: ['reason'],
  registers: [registry],
});

export function countRefused(reason: RefusedFor): void {
  refused.inc({ reason });
}
