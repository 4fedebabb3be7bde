import type { Transaction } from '#chassis/db/transaction.ts';

/** Whether the payment provider's books can be read: those of the sandbox can, a real provider's cannot. */
export async function hasProviderBooks(sql: Transaction): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`select to_regclass('sandbox.charge') is not null as known`;
  return row?.known ?? false;
}
