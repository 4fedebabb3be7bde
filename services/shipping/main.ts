import { start } from '#chassis/start.ts';

await start(async () => (await import('./shipping.ts')).shipping);
