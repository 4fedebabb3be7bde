import { createLogger } from '../log.ts';

/** A log that says nothing unless LOG_LEVEL asks for it. */
export const quietLog = createLogger({ service: 'test', version: '0', level: process.env.LOG_LEVEL ?? 'silent' });
