import { runService } from '#chassis/service.ts';
import { catalog } from './catalog.ts';

await runService(catalog);
