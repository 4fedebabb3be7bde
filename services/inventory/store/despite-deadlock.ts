const DEADLOCK_DETECTED = '40P01';
const TRIES = 3;

/** Runs one statement, again when the database ended it to free others that waited for it in a circle: then nothing of it was done. */
export async function despiteDeadlock<T>(statement: () => PromiseLike<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await statement();
    } catch (error) {
      if (tries === TRIES || (error as { code?: string }).code !== DEADLOCK_DETECTED) throw error;
    }
  }
}
