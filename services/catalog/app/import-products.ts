import type { ProductInput } from '../domain/product.ts';
import type { ProductStore } from './ports.ts';

/** Why a row is refused: the line of the file, the column (empty for the whole row), the rule. */
export interface ImportProblem {
  line: number;
  column: string;
  problem: string;
}

/** A row of the file: a product, or what is wrong with it. */
export type ImportRow = { line: number; input: ProductInput } | { line: number; problems: ImportProblem[] };

/** What an import did. */
export interface ImportReport {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  problems: ImportProblem[];
  productIds: Record<string, string>;
}

const BATCH = 200;
const MOST_PROBLEMS = 1000;
const MOST_IDS = 10_000;

/**
 * Stores the good rows of a file, a batch a transaction, and lists the bad ones. Memory is that of a batch and of the SKUs seen, however long the file. When it breaks off,
 * the batches before are kept with their events; sending the file again finds them unchanged and goes on.
 */
export function importProducts(store: ProductStore) {
  return async (rows: AsyncIterable<ImportRow>): Promise<ImportReport> => {
    const report: ImportReport = {
      read: 0,
      created: 0,
      updated: 0,
      unchanged: 0,
      refused: 0,
      problems: [],
      productIds: {},
    };
    const seen = new Map<string, number>();
    let batch: ProductInput[] = [];
    let ids = 0;

    const refuse = (...problems: ImportProblem[]) => {
      report.refused++;
      report.problems.push(...problems.slice(0, MOST_PROBLEMS - report.problems.length));
    };
    const flush = async () => {
      if (batch.length === 0) return;
      for (const { product, change } of await store.storeAll(batch)) {
        report[change]++;
        if (ids++ < MOST_IDS) report.productIds[product.sku] = product.id;
      }
      batch = [];
    };

    for await (const row of rows) {
      report.read++;
      if ('problems' in row) {
        refuse(...row.problems);
        continue;
      }
      const { line, input } = row;
      const first = seen.get(input.sku);
      if (first !== undefined) {
        refuse({ line, column: 'sku', problem: `${input.sku} stands on line ${first} already` });
        continue;
      }
      seen.set(input.sku, line);
      batch.push(input);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    return report;
  };
}
