import type postgres from 'postgres';

/** The types of which this project has arrays. Both numbers of each are PostgreSQL's own and never change: those of its `pg_type.dat`. */
const ARRAYS = { text: 1009, name: 1003, uuid: 2951, bigint: 1016 };

/**
 * How arrays go to the database and back. The driver would ask each new connection for its array types and leave the failure of that question to nobody: a
 * connection that breaks as it opens then ends the process (https://github.com/porsager/postgres/issues/1192), or keeps its first statement waiting for ever.
 */
export const arrayTypes: Record<string, postgres.PostgresType> = Object.fromEntries(
  Object.entries(ARRAYS).map(([name, oid]) => {
    const parse = (text: string) =>
      elementsOf(text).map((element) => (name === 'bigint' && element !== null ? BigInt(element) : element));
    return [`${name}s`, { to: oid, from: [oid], serialize, parse }];
  }),
);

/** drizzle writes its arrays by itself, and then brings text. */
function serialize(array: readonly unknown[] | string): string {
  return typeof array === 'string' ? array : `{${array.map(written).join(',')}}`;
}

function written(element: unknown): string {
  return element === null ? 'null' : `"${String(element).replace(/["\\]/g, '\\$&')}"`;
}

/** Reads an array of one dimension. */
function elementsOf(text: string): (string | null)[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs)].map(([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1');
    return bare === undefined || bare === 'NULL' ? null : bare;
  });
}
