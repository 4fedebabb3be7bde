import type { IncomingHttpHeaders } from 'node:http';
import type { As } from '#chassis/testing/serve.ts';

/** Whom a request of a pact is made by. Its headers name service, user and role; real tokens of theirs take their place. */
export function claimedBy(headers: IncomingHttpHeaders): As {
  const service = headers['x-tradewind-service'];
  const [, id, role] = /^Bearer user (\S+) (\S+)$/.exec(headers.authorization ?? '') ?? [];
  return {
    ...(typeof service === 'string' && { service }),
    ...(id !== undefined && role !== undefined && { user: { id, roles: [role] } }),
  };
}
