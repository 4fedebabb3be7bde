import { setImmediate } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { Priority } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { Gate, rankOf } from './gate.ts';

const CRITICAL = rankOf(Priority.CRITICAL);
const NORMAL = rankOf(Priority.NORMAL);
const BACKGROUND = rankOf(Priority.BACKGROUND);

const forever = { deadline: undefined, signal: new AbortController().signal };
const withTime = (ms: number) => ({ ...forever, deadline: Date.now() + ms });

/** A gate for 20 calls of which some are in use. */
function gateWith(inUse: number): Gate {
  const gate = new Gate({ start: 20, min: 20, max: 20 });
  for (let call = 0; call < inUse; call++) gate.enter(CRITICAL);
  return gate;
}

const refusal = (work: Promise<void>): Promise<ConnectError> =>
  work.then(() => expect.unreachable(), ConnectError.from);

describe('a gate for 20 calls', () => {
  it.each([
    ['background', BACKGROUND, 12],
    ['normal', NORMAL, 17],
    ['critical', CRITICAL, 20],
  ])('lets %s calls in until so many are in use', (_, rank, most) => {
    expect(gateWith(most - 1).enter(rank)).toBe(true);
    expect(gateWith(most).enter(rank)).toBe(false);
  });

  it('refuses background work that finds no place, and says why and when to come back', async () => {
    const error = await refusal(gateWith(12).wait(BACKGROUND, forever, 0));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'OVERLOADED', metadata: { priority: 'BACKGROUND' } },
    ]);
    const pause = Number(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.nanos) / 1e6;
    expect(pause).toBeGreaterThanOrEqual(100);
    expect(pause).toBeLessThanOrEqual(300);
  });

  it('lets those who wait in by priority, then by arrival', async () => {
    const gate = gateWith(20);
    const admitted: string[] = [];
    const wait = (name: string, rank: number) => gate.wait(rank, forever, 0).then(() => admitted.push(name));
    const all = [
      wait('normal 1', NORMAL),
      wait('normal 2', NORMAL),
      wait('critical 1', CRITICAL),
      wait('critical 2', CRITICAL),
    ];
    for (let call = 0; call < 8; call++) gate.leave();
    await Promise.all(all);
    expect(admitted).toEqual(['critical 1', 'critical 2', 'normal 1', 'normal 2']);
  });

  it('does not let a call pass others of its priority that wait', async () => {
    const gate = gateWith(20);
    const first = gate.wait(CRITICAL, forever, 0);
    const second = gate.wait(CRITICAL, forever, 0);
    gate.leave();
    await first;
    expect(gate.enter(CRITICAL)).toBe(false);
    gate.leave();
    await second;
  });

  it('counts a call until the turn in which it ends is over, so that work without pauses does not pass it by', async () => {
    const gate = gateWith(20);
    gate.leave();
    expect(gate.enter(CRITICAL)).toBe(false);
    await setImmediate();
    expect(gate.enter(CRITICAL)).toBe(true);
  });

  it('absorbs a burst of 1,000 calls and refuses the next at once', async () => {
    const gate = gateWith(20);
    const burst = Array.from({ length: 1_000 }, () => gate.wait(CRITICAL, forever, 0));
    await expect(gate.wait(CRITICAL, forever, 0)).rejects.toMatchObject({ code: Code.ResourceExhausted });
    const answering = burst.map((place) => place.then(() => gate.leave()));
    for (let call = 0; call < 20; call++) gate.leave();
    await expect(Promise.all(answering)).resolves.toHaveLength(1_000);
  });

  it('refuses at once whoever has less time left than an answer takes', async () => {
    await expect(gateWith(20).wait(CRITICAL, withTime(100), 80)).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
  });

  it('refuses a call that waited until its deadline was too near', async () => {
    await expect(gateWith(20).wait(CRITICAL, withTime(300), 50)).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
  });

  it('lets nobody spend more than a quarter of their time in a line that stands', async () => {
    vi.useFakeTimers();
    const gate = gateWith(20);
    // Critical calls that come as fast as others end keep one in line before any normal one.
    const everyTurn = setInterval(() => {
      gate.leave();
      void gate.wait(CRITICAL, forever, 0);
    }, 10);
    void gate.wait(CRITICAL, forever, 0);
    const waitedMs = async () => {
      const began = Date.now();
      const refused = refusal(gate.wait(NORMAL, withTime(1_000), 0)).then(() => Date.now() - began);
      await vi.advanceTimersByTimeAsync(1_200);
      return refused;
    };
    const [inBurst, inStandingLine] = [await waitedMs(), await waitedMs()];
    clearInterval(everyTurn);
    vi.useRealTimers();
    expect(inBurst).toBeGreaterThan(900);
    expect(inStandingLine).toBeGreaterThan(200);
    expect(inStandingLine).toBeLessThan(400);
  });

  it('gives no place to a call whose caller has gone', async () => {
    const gate = gateWith(20);
    const caller = new AbortController();
    let admitted = false;
    void gate.wait(CRITICAL, { deadline: undefined, signal: caller.signal }, 0).then(() => {
      admitted = true;
    });
    const patient = gate.wait(NORMAL, forever, 0);
    caller.abort();
    for (let call = 0; call < 4; call++) gate.leave();
    await patient;
    expect(admitted).toBe(false);
  });
});
