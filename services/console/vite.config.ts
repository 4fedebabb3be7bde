import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { themeCss } from './theme-css.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where a mesh listens while the console is developed with `npx vite services/console`. */
const MESH = process.env.TRADEWIND_URL ?? 'http://localhost:8080';

export default defineConfig({
  root: at('.'),
  plugins: [react(), themeCss()],
  resolve: { alias: { '#gen': at('../../gen'), '#chassis': at('../chassis') } },
  build: { manifest: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '^/(tradewind\\.|v1/|v2/|oauth2/|\\.well-known/|docs|openapi\\.json)': MESH } },
});
