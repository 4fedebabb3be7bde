import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inboxTable } from '../inbox/table.ts';
import { outboxTable } from '../outbox/table.ts';
import { sagaTable } from '../saga/table.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { expectSchema } from '../testing/schema.ts';
import { migrate } from './migrate.ts';

async function folder(files: Record<string, string>): Promise<URL> {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return pathToFileURL(directory);
}

describe('migrate', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase([]);
  });
  afterAll(() => db.drop());

  it('makes the chassis tables as drizzle declares them', async () => {
    await expectSchema(db, [outboxTable, inboxTable, sagaTable]);
  });

  it('runs each file once, in order of name, whatever number of replicas starts', async () => {
    const directory = await folder({
      '0002_fill.sql': "insert into harbour (name) values ('Riga');",
      '0001_create_harbour.sql': 'create table harbour (name text primary key);',
      'notes.txt': 'not a migration',
    });
    const other = db.another();
    await Promise.all([migrate(db, directory), migrate(other, directory), migrate(db, directory)]);
    await migrate(db, directory);
    expect(await db.sql`select name from harbour`).toEqual([{ name: 'Riga' }]);
  });

  it('leaves nothing behind of a migration that fails, and says which', async () => {
    const directory = await folder({ '0003_broken.sql': 'create table half (id int); select nonsense;' });
    await expect(migrate(db, directory)).rejects.toThrow('0003_broken.sql failed');
    expect(await db.sql`select to_regclass('half') as found`).toEqual([{ found: null }]);
  });

  it('refuses a migration that was changed after it ran', async () => {
    await migrate(db, await folder({ '0004_pier.sql': 'create table pier (id int);' }));
    const changed = await folder({ '0004_pier.sql': 'create table pier (id bigint);' });
    await expect(migrate(db, changed)).rejects.toThrow('0004_pier.sql was changed');
  });

  it('gives back bigint columns as bigint', async () => {
    expect(await db.sql`select 9007199254740993::bigint as big`).toEqual([{ big: 9007199254740993n }]);
  });
});
