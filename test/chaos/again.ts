/** Brings events to their stream once more, as an operator's replay does: under a message id of its own, which the broker does not know, so consumers are asked twice. */
import { connect } from 'nats';
import { type Random, seededRandom } from '../../cli/demo/random.ts';
import { REPLAY } from '../../cli/verify/streams.ts';

const WITHIN_MS = 5_000;

/**
 * Sends `events` stored events of a stream again: the last ones in their order, or any ones, old before new and new before old. The ids begin as those of replayed dead
 * letters do, so `verify` knows these copies for what they are; the originals must be there exactly once all the same. Answers how many were sent.
 */
export async function sendAgain(
  natsUrl: string,
  options: { stream: string; events: number; which: 'last' | 'any'; seed: number },
): Promise<number> {
  const nats = await connect({ servers: natsUrl, name: 'chaos', waitOnFirstConnect: true, maxReconnectAttempts: -1 });
  try {
    const manager = await nats.jetstreamManager({ checkAPI: false });
    const jetstream = nats.jetstream({ timeout: WITHIN_MS });
    const info = await manager.streams.info(options.stream).catch(() => undefined);
    if (!info || info.state.messages === 0) return 0;
    const chosen = sequences(info.state.first_seq, info.state.last_seq, options, seededRandom(options.seed, 1_000_033));
    let sent = 0;
    for (const seq of chosen) {
      const stored = await manager.streams.getMessage(options.stream, { seq }).catch(() => undefined);
      const id = stored?.header.get('Nats-Msg-Id');
      if (!stored || !id || id.startsWith(REPLAY)) continue;
      stored.header.delete('Nats-Msg-Id');
      // A broker that is killed meanwhile takes what it has not answered for; fewer copies are as good.
      const again = { msgID: `${REPLAY}chaos:${options.seed}:${sent}:${id}`, headers: stored.header };
      const answer = await jetstream.publish(stored.subject, stored.data, again).catch(() => undefined);
      if (answer) sent++;
    }
    return sent;
  } finally {
    await nats.close();
  }
}

function sequences(
  first: number,
  last: number,
  { events, which }: { events: number; which: 'last' | 'any' },
  random: Random,
): number[] {
  const from = Math.max(first, last - events + 1);
  if (which === 'last') return Array.from({ length: last - from + 1 }, (_, index) => from + index);
  return Array.from({ length: events }, () => first + random.below(last - first + 1));
}
