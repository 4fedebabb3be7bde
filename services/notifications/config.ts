import { z } from 'zod';
import { baseConfig, wholeNumber } from '#chassis/config.ts';

/** What notifications reads from its environment. */
export const notificationsConfig = {
  ...baseConfig,
  /** The mail server, with user and password where it wants them. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }),
  MAIL_FROM: z.string().min(3).default('Tradewind <orders@tradewind.example>'),
  /** Tries of one mail before it is given up. */
  MAIL_ATTEMPTS: wholeNumber(1, 50).default(12),
  /** The pause after the first failed try, doubled each time up to ten minutes. */
  MAIL_RETRY_SECONDS: wholeNumber(1, 600).default(1),
  /** How long a mail that is being sent is nobody else's; longer than the mail server may take. */
  MAIL_LEASE_SECONDS: wholeNumber(30, 3600).default(120),
} as const;
