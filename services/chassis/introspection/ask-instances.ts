import { createInbox, type NatsConnection } from 'nats';
import { INTROSPECT, type InstanceAnswer, readAnswer } from './answer.ts';

/** An instance whose dependency does not answer finds out in two seconds. */
const LONGEST_MS = 2_500;
/** How long to wait for more after the last answer: while some are missing, and for new ones when all did that were expected. */
const QUIET_MS = 400;
const NEW_ONES_MS = 100;

/**
 * Asks every instance of the mesh how it does. Ends when nobody has answered for a while, which is shorter when as many as `expected` did, or after two and a half seconds; so an
 * instance that is stuck is missing from the answer. Throws when the broker is away.
 */
export async function askInstances(
  connection: NatsConnection,
  expected = Number.POSITIVE_INFINITY,
): Promise<InstanceAnswer[]> {
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
      quiet = setTimeout(done.resolve, answers.length < expected ? QUIET_MS : NEW_ONES_MS);
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
