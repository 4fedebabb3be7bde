import { crashPoint } from '#chassis/faults/crash-points.ts';
import type { Running } from '#chassis/life-cycle.ts';
import type { Logger } from '#chassis/log.ts';
import { publishRevocations } from '#chassis/revocation/publish-revocations.ts';
import type { RevocationStore } from '../app/ports.ts';

/** A quarter of what every service has until it must know. */
const LOOK_EVERY_MS = 500;
const AT_ONCE = 200;

/**
 * Tells every service what has ended, in the manner of an outbox: what the broker does not take now it is offered again. Any number of replicas may do so
 * at once, since telling twice is telling once.
 */
export function relayRevocations({ url, store, log }: { url: string; store: RevocationStore; log: Logger }): Running {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let isTrouble = false;
  // A broker that comes back may have lost what it held.
  let isAnew = true;
  const publisher = publishRevocations({ url, name: 'identity revocations, out', onReturn: () => (isAnew = true) });

  async function relay(): Promise<void> {
    if (isAnew) await store.again();
    isAnew = false;
    for (let ids = await store.waiting(AT_ONCE); ids.length > 0 && !stopped; ids = await store.waiting(AT_ONCE)) {
      await Promise.all(ids.map((id) => publisher.publish(id)));
      crashPoint('relay:identity-revocations:published');
      await store.relayed(ids);
    }
  }

  let turn = Promise.resolve();
  const look = () => {
    turn = relay().then(
      () => {
        isTrouble = false;
      },
      (error: unknown) => {
        if (!isTrouble && !stopped) log.warn({ err: error }, 'revocations wait: they cannot be told now');
        isTrouble = true;
      },
    );
    void turn.then(() => {
      if (!stopped) timer = setTimeout(look, LOOK_EVERY_MS);
    });
  };
  look();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await publisher.stop();
      await turn;
    },
  };
}
