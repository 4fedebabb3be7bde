import { Code, ConnectError } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import { BadRequestSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { type Telling, tellings } from './tellings.ts';

/** A failure as a person is told it. */
export interface Problem {
  title: string;
  /** What to do about it. */
  advice: string;
  reason: string | undefined;
  metadata: Record<string, string>;
  /** What is wrong with single fields, by their path in the request, such as `shipping_address.city`. */
  fields: Record<string, string>;
  /** Whether asking again may help. */
  passes: boolean;
}

const PASSING = new Set<Code>([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.ResourceExhausted,
  Code.Unknown,
  Code.Internal,
]);

/** Tells a failure in words, by the reason of its contract where it has one, else by its code. */
export function problemOf(error: unknown): Problem {
  const failure = ConnectError.from(error);
  const told = reasonOf(failure);
  const telling = (told && tellings[told.reason]) ?? byCode(failure.code);
  const violations = failure.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    ...fill(telling, told?.metadata ?? {}),
    reason: told?.reason,
    metadata: told?.metadata ?? {},
    fields: Object.fromEntries(violations.map(({ field, description }) => [field, description])),
    passes: isPassing(failure),
  };
}

/** Whether a failure may be gone when the same is asked again. */
export function isPassing(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return PASSING.has(code) && reasonOf(error)?.reason !== 'TOO_MANY_ATTEMPTS';
}

/** How long to wait before the next try: what the answer asks for, else a pause that doubles, up to 15 s. */
export function pauseMs(tries: number, error: unknown): number {
  const delay = error instanceof ConnectError ? error.findDetails(RetryInfoSchema)[0]?.retryDelay : undefined;
  const told = delay === undefined ? 0 : Number(delay.seconds) * 1000 + delay.nanos / 1e6;
  const own = Math.min(15_000, 250 * 2 ** tries);
  return Math.max(told, own / 2 + Math.random() * (own / 2));
}

function byCode(code: Code): Telling {
  switch (code) {
    case Code.Unavailable:
      return {
        title: 'This part of the shop cannot be reached',
        advice: 'It is usually back within a minute. Try again.',
      };
    case Code.DeadlineExceeded:
      return { title: 'No answer came in time', advice: 'Try again; nothing is done twice.' };
    case Code.ResourceExhausted:
      return { title: 'There is too much going on', advice: 'Wait a few seconds, then try again.' };
    case Code.Unauthenticated:
      return { title: 'You are not signed in', advice: 'Sign in and try again.' };
    case Code.PermissionDenied:
      return { title: 'You may not do this', advice: 'Sign in with an account that may.' };
    case Code.InvalidArgument:
      return { title: 'Something is not filled in rightly', advice: 'Correct what is marked and try again.' };
    case Code.NotFound:
      return { title: 'There is no such thing', advice: 'Check the address, or go back.' };
    case Code.Unimplemented:
      return { title: 'This is not offered here', advice: 'Go back; the rest of the shop works.' };
    default:
      return { title: 'Something went wrong', advice: 'Try again; nothing is done twice.' };
  }
}

function fill(telling: Telling, metadata: Record<string, string>): Telling {
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => metadata[key] ?? 'a few');
  return { title: filled(telling.title), advice: filled(telling.advice) };
}
