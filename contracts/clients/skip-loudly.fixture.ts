import type { TestContext } from 'vitest';

/** Leaves a test out because this machine lacks something, and says so where nobody overlooks it: a test that did not run proves nothing. */
export function skipLoudly(context: TestContext, why: string): never {
  process.stderr.write(`SKIPPED: ${context.task.name}: ${why}\n`);
  return context.skip(why);
}
