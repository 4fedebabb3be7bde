import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '#chassis/db/migrate.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { root, services } from './sources.ts';

/** Tables that every database has; the chassis declares and creates them. */
const CHASSIS_TABLES = new Set(['outbox', 'inbox', 'saga', 'schema_migration']);

const withTables = services.filter((service) => existsSync(join(root, `services/${service}/store/schema.ts`)));

/** `table.column type` of everything a service declares. */
async function declared(service: string): Promise<string[]> {
  const module: Record<string, unknown> = await import(join(root, `services/${service}/store/schema.ts`));
  return Object.values(module)
    .filter((value) => is(value, PgTable))
    .map(getTableConfig)
    .filter(({ name }) => !CHASSIS_TABLES.has(name))
    .flatMap(({ name, columns }) => columns.map((column) => lineOf(name, column.name, column.notNull)))
    .sort();
}

function lineOf(table: string, column: string, required: boolean): string {
  return `${table}.${column}${required ? ' not null' : ''}`;
}

describe.each(withTables)('the database of %s', (service) => {
  const migrations = pathToFileURL(join(root, `services/${service}/store/migrations/`));
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase([migrations]);
  });
  afterAll(() => db.drop());

  test('is what its schema declares', async () => {
    const rows = await db.sql<{ table_name: string; column_name: string; is_nullable: string }[]>`
      select table_name, column_name, is_nullable from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE'`;
    const created = rows
      .filter((row) => !CHASSIS_TABLES.has(row.table_name))
      .map((row) => lineOf(row.table_name, row.column_name, row.is_nullable === 'NO'))
      .sort();
    expect(created).toEqual(await declared(service));
  });

  test('is left as it is by migrating twice', async () => {
    await expect(migrate(db, migrations)).resolves.toBeUndefined();
  });
});
