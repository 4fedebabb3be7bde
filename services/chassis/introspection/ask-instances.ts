import { createInbox, type NatsConnection } from 'nats';
import { INTROSPECT, type InstanceAnswer, readAnswer } from './answer.ts';

/** An instance whose dependency does not answer finds out in two seconds. */
const LONGEST_MS = 2_500;
/** How long to wait for more after the last answer. */
const QUIET_MS = 400;

/**
 * Asks every instance of the mesh how it does. Ends when as many answered as are `expected`, when nobody has for a while, or after two and a half seconds; so an
 * instance that is stuck is missing from the answer. Throws when the broker is away.
 */
export async function askInstances(connection: NatsConnection, expected?: number): Promise<InstanceAnswer[]> {
  const answers: InstanceAnswer[] = [];
  const inbox = createInbox();
  const done = Promise.withResolvers<void>();
  const longest = setTimeout(done.resolve, LONGEST_MS);
  let quiet: NodeJS.Timeout | undefined;
  const subscription = connection.subscribe(inbox, {
    callback(error, message) {
      if (error) return done.reject(error);
      // Nobody listens, says the broker.
      if (message.headers?.code === 503) return done.resolve();
      const answer = readAnswer(message.string());
      if (!answer) return;
      answers.push(answer);
      clearTimeout(quiet);
      if (expected === undefined || answers.length < expected) quiet = setTimeout(done.resolve, QUIET_MS);
      else done.resolve();
    },
  });
  try {
    connection.publish(INTROSPECT, undefined, { reply: inbox });
    await done.promise;
  } finally {
    clearTimeout(longest);
    clearTimeout(quiet);
    subscription.unsubscribe();
  }
  return answers.toSorted((a, b) => a.service.localeCompare(b.service) || a.instance.localeCompare(b.instance));
}
