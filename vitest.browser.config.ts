import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { projects: _, ...shared } = base.test ?? {};

/** The pages in a real Chromium on a real mesh: `npm run test:browser`. Apart, because it needs a browser and five minutes. */
export default defineConfig({ test: { ...shared, include: ['test/browser/**/*.test.ts'], fileParallelism: false } });
