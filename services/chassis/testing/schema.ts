import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { expect } from 'vitest';
import type { Database } from '../db/connect.ts';

interface Column {
  table: string;
  column: string;
  type: string;
  nullable: boolean;
}

/** Claims that the database has exactly the columns that drizzle tables declare, with their types and nullability: migrations and code name one schema. */
export async function expectSchema(db: Database, tables: readonly PgTable[]): Promise<void> {
  const declared = tables.flatMap(columnsOf);
  const names = [...new Set(declared.map((each) => each.table))];
  const rows = await db.sql<Column[]>`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and c.relname = any(${names})`;
  expect(described(rows)).toEqual(described(declared));
}

function columnsOf(table: PgTable): Column[] {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
  return columns
    .filter((column) => !column.generated)
    .map((column) => ({
      table: name,
      column: column.name,
      type: storedType(column.getSQLType()),
      nullable: !column.notNull && !column.primary && !keys.has(column.name),
    }));
}

/** PostgreSQL's own name of a type that has a shorter one. */
function storedType(declared: string): string {
  const long: Record<string, string> = {
    bigserial: 'bigint',
    serial: 'integer',
    'timestamp with time zone': 'timestamp with time zone',
    timestamp: 'timestamp without time zone',
    decimal: 'numeric',
  };
  return long[declared] ?? declared.replace(/^varchar/, 'character varying').replace(/^char(?=\()/, 'character');
}

function described(columns: readonly Column[]): string[] {
  return columns
    .map(({ table, column, type, nullable }) => `${table}.${column} ${type}${nullable ? '' : ' not null'}`)
    .sort();
}
