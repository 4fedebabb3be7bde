import { runService } from '#chassis/service.ts';
import { notifications } from './notifications.ts';

await runService(notifications);
