import { start } from '#chassis/start.ts';

await start(async () => (await import('./catalog.ts')).catalog);
