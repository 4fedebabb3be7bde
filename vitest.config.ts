import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const cores = availableParallelism();

/** Tests that start a whole mesh, of a dozen processes each. */
const ofTheMesh = ['test/{chaos,e2e,interop,known-bugs}/**/*.test.ts'];
const ofParts = [
  '{cli,contracts,images,istio,services}/**/*.test.ts',
  'test/{architecture,golden,models}/**/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['services/chassis/testing/global-setup.ts'],
    pool: 'forks',
    execArgv: ['--import', new URL('services/chassis/quick-imports.ts', import.meta.url).href],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      // Half of what a test of a part does is wait for servers.
      { extends: true, test: { name: 'parts', include: ofParts, maxWorkers: Math.max(3, cores - 1) } },
      // Not beside the others: their time limits are for a machine that is theirs.
      {
        extends: true,
        test: {
          name: 'mesh',
          include: ofTheMesh,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: Math.max(2, cores - 1),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
