import { expect, test } from 'vitest';
import { migrate } from '#chassis/db/migrate.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { expectSchema } from '#chassis/testing/schema.ts';
import { shippingMigrations } from '../shipping.ts';
import { shipmentTable } from './schema.ts';

test('the migration makes the table the code names, and running it again changes nothing', async () => {
  const db = await testDatabase([shippingMigrations]);
  try {
    await expectSchema(db, [shipmentTable]);
    await expect(migrate(db, shippingMigrations)).resolves.toBeUndefined();
    await expectSchema(db, [shipmentTable]);
  } finally {
    await db.drop();
  }
});
