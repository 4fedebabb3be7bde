import { runService } from '#chassis/service.ts';
import { orders } from './orders.ts';

await runService(orders);
