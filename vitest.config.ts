import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{cli,contracts,images,istio,services}/**/*.test.ts',
      'test/{architecture,golden,e2e,interop,models,known-bugs,chaos}/**/*.test.ts',
    ],
    globalSetup: ['services/chassis/testing/global-setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
