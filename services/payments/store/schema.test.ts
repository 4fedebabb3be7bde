import { expect, test } from 'vitest';
import { migrate } from '#chassis/db/migrate.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { expectSchema } from '#chassis/testing/schema.ts';
import { paymentsMigrations } from '../payments.ts';
import { paymentTable, refundTable } from './schema.ts';

test('the migrations make the tables the code names, and running them again changes nothing', async () => {
  const db = await testDatabase([paymentsMigrations]);
  try {
    await expectSchema(db, [paymentTable, refundTable]);
    await expect(migrate(db, paymentsMigrations)).resolves.toBeUndefined();
    await expectSchema(db, [paymentTable, refundTable]);
  } finally {
    await db.drop();
  }
});
