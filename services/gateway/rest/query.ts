import { badRequest } from '#chassis/rpc/bad-request.ts';

/** More than any RPC has use for, and few enough to look at each. */
const MOST_PARAMETERS = 1_000;

/** The parameters of a query, in their order. Unlike a browser's, this reading refuses what it would have to guess. */
export function parseQuery(query: string): [name: string, value: string][] {
  const parts = query.split('&', MOST_PARAMETERS + 1).filter((part) => part !== '');
  if (parts.length > MOST_PARAMETERS) throw unreadable(`there are more than ${MOST_PARAMETERS} query parameters`);
  return parts.map((part) => {
    const equals = part.indexOf('=');
    const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    try {
      return [decoded(name), decoded(value)];
    } catch {
      throw unreadable(`the query parameter ${part.slice(0, 100)} is not percent-encoded UTF-8`);
    }
  });
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function unreadable(description: string): Error {
  return badRequest([{ field: '', description }]);
}
