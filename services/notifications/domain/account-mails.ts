/** Mails about an account; the names are those of the contract without their prefix. */
export const accountMailNames = ['PASSWORD_RESET', 'EMAIL_CONFIRMATION', 'EMAIL_CHANGED', 'PASSWORD_CHANGED'] as const;
export type AccountMailName = (typeof accountMailNames)[number];

const MAILS: Readonly<Record<AccountMailName, { subject: string; lines: (link: string) => string[] }>> = {
  PASSWORD_RESET: {
    subject: 'Set a new password',
    lines: (link) => [
      'Somebody asked for a new password for your account. If it was you, set one here within 30 minutes:',
      link,
      'If it was not you, there is nothing to do: your password stays as it is.',
    ],
  },
  EMAIL_CONFIRMATION: {
    subject: 'Confirm your e-mail address',
    lines: (link) => [
      'Somebody wants to use this address for their account. If it was you, confirm it here within 30 minutes:',
      link,
      'If it was not you, there is nothing to do.',
    ],
  },
  EMAIL_CHANGED: {
    subject: 'Your e-mail address was changed',
    lines: () => ['Your account has another e-mail address now. If that was not you, write to us at once.'],
  },
  PASSWORD_CHANGED: {
    subject: 'Your password was changed',
    lines: () => [
      'Your account has another password now, and was signed out elsewhere. If that was not you, ask for a new password at once.',
    ],
  },
};

/** What a mail about an account says. */
export function wordsAbout(
  kind: AccountMailName,
  displayName: string,
  link: string,
): { subject: string; text: string } {
  const { subject, lines } = MAILS[kind];
  return { subject, text: [`Hello ${displayName || 'there'},`, ...lines(link), 'Tradewind'].join('\n\n') };
}
