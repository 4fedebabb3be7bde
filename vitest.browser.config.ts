import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The pages in a real Chromium on a real mesh: `npm run test:browser`. Apart, because it needs a browser and five minutes. */
const config = mergeConfig(base, defineConfig({ test: { fileParallelism: false } }));
export default { ...config, test: { ...config.test, include: ['test/browser/**/*.test.ts'] } };
