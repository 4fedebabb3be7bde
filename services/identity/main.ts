import { runService } from '#chassis/service.ts';
import { identity } from './identity.ts';

await runService(identity);
