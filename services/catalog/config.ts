import { baseConfig } from '#chassis/config.ts';

/** What catalog reads from its environment: what every service does. */
export const catalogConfig = { ...baseConfig } as const;
