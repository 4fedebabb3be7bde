import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{cli,contracts,images,istio,services}/**/*.test.ts',
      'test/{architecture,golden,e2e,interop,models,known-bugs,chaos}/**/*.test.ts',
    ],
    globalSetup: ['services/chassis/testing/global-setup.ts'],
    pool: 'forks',
    // Half of what a test does is wait for servers.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
