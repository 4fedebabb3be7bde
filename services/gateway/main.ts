import { runService } from '#chassis/service.ts';
import { gateway } from './gateway.ts';

await runService(gateway);
