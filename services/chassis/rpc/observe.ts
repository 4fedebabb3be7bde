import type { Outgoing } from './interceptor.ts';

/** Whether an answer is a stream of messages. */
export function isStream(answer: Outgoing): answer is Exclude<Outgoing, { $typeName: string }> {
  return Symbol.asyncIterator in answer;
}

/**
 * Watches an answer to its end, which for a stream is after its last message. `ended` is called once, with the failure if there was one; what it returns is
 * thrown in place of the failure.
 */
export async function observe(run: () => Promise<Outgoing>, ended: (failure?: unknown) => unknown): Promise<Outgoing> {
  let answer: Outgoing;
  try {
    answer = await run();
  } catch (failure) {
    throw ended(failure);
  }
  if (isStream(answer)) return observeStream(answer, ended);
  ended();
  return answer;
}

async function* observeStream<T>(stream: AsyncIterable<T>, ended: (failure?: unknown) => unknown): AsyncIterable<T> {
  let failed = false;
  try {
    yield* stream;
  } catch (failure) {
    failed = true;
    throw ended(failure);
  } finally {
    if (!failed) ended();
  }
}
