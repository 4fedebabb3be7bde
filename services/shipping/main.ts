import { runService } from '#chassis/service.ts';
import { shipping } from './shipping.ts';

await runService(shipping);
