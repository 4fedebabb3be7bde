import { runService } from '#chassis/service.ts';
import { payments } from './payments.ts';

await runService(payments);
