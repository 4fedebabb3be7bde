import { Alert, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { ConfirmEmailChangeRequestSchema } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { problemOf } from '../../transport/problem.ts';
import { lengthsOf } from './rules.ts';

const { minLength, maxLength } = lengthsOf(ConfirmEmailChangeRequestSchema.field.token);

/** What the link that led here holds; undefined when it is not a whole one, as after a line break in a mail. */
export function useLinkToken(): string | undefined {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  return token.length >= minLength && token.length <= maxLength ? token : undefined;
}

export const isSpent = (error: unknown): boolean => error != null && problemOf(error).reason === 'INVALID_LINK';

interface UselessLinkProps {
  /** Whether it was a whole link once. */
  spent: boolean;
  /** Where to get another, and what that is called. */
  again: string;
  children: ReactNode;
}

/** Says why a link opens nothing, and how to come by one that does. */
export function UselessLink({ spent, again, children }: UselessLinkProps) {
  return (
    <>
      <Alert
        color="red"
        variant="light"
        role="alert"
        className="notice"
        title={spent ? 'This link is no longer good' : 'This link is not whole'}
      >
        {spent
          ? 'A link is good once, for 30 minutes. It was used already, or is older.'
          : 'A part of it is missing. Copy all of it out of the mail, up to the last character.'}
      </Alert>
      <Button component={Link} to={again}>
        {children}
      </Button>
    </>
  );
}
