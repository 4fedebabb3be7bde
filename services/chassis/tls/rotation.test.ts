import { expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { keepCertified } from '../local/rotation.ts';
import { eventually } from '../testing/eventually.ts';
import { serveStock } from './mutual-tls.fixture.ts';

/** Seconds: long enough for the rounding of a certificate's end to whole ones not to matter. */
const LIFE = 8;
const PATIENT = { timeoutMs: 40_000 };

test('certificates change twice under calls and a stream, and no call fails', { timeout: 90_000 }, async () => {
  const stock = await serveStock({ seconds: LIFE });
  const [inventory, gateway] = ['inventory', 'gateway'].map((name) => stock.identityOf(name));
  if (!inventory || !gateway) expect.unreachable();
  const changes = { inventory: 0, gateway: 0 };
  inventory.watch(() => changes.inventory++);
  gateway.watch(() => changes.gateway++);
  const failures: unknown[] = [];
  const rotation = keepCertified(stock.authority, ['inventory', 'gateway'], LIFE, (error) => failures.push(error));
  const done = new AbortController();
  let answered = 0;
  const call = async () => {
    const client = stock.client(gateway);
    while (!done.signal.aborted) {
      // Without a deadline it does not wait for a connection that can be made later.
      await client.getAvailability({ productIds: [newId()] }, { timeoutMs: 0 }).then(
        () => answered++,
        (error) => failures.push(error),
      );
    }
  };
  let streamed = 0;
  const watch = async () => {
    try {
      for await (const _ of stock.client(gateway).watchStock({ productIds: [newId()] }, { signal: done.signal }))
        streamed++;
    } catch (error) {
      if (!done.signal.aborted) failures.push(error);
    }
  };
  const callers = [call(), call(), call(), watch()];
  // The first change is from the certificates that the identities were opened with to those of the rotation.
  await eventually(() => expect(Math.min(changes.inventory, changes.gateway)).toBeGreaterThanOrEqual(3), PATIENT);
  const [answeredBefore, streamedBefore] = [answered, streamed];
  await eventually(() => {
    expect(answered).toBeGreaterThan(answeredBefore + 100);
    expect(streamed).toBeGreaterThan(streamedBefore + 10);
  }, PATIENT);
  done.abort();
  await Promise.all(callers);
  rotation.stop();
  await stock.close();
  expect(failures).toEqual([]);
});
