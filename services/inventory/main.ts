import { runService } from '#chassis/service.ts';
import { inventory } from './inventory.ts';

await runService(inventory);
