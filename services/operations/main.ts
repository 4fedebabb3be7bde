import { runService } from '#chassis/service.ts';
import { operations } from './operations.ts';

await runService(operations);
