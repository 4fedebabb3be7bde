import { connect } from 'node:http2';
import { fromBinary } from '@bufbuild/protobuf';
import { anyIs } from '@bufbuild/protobuf/wkt';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { StatusSchema } from '#gen/google/rpc/status_pb.ts';
import { Tally } from './tally.ts';

/** A kind of call that the load consists of. */
export interface Kind {
  priority: string;
  path: string;
  /** The message, in base64, and where in it a number of twelve digits makes each call one of its own; below 0 where none has to. */
  body: string;
  numberAt: number;
  /** Its part of all calls. */
  share: number;
  timeoutMs: number;
}

export interface Round {
  port: number;
  kinds: Kind[];
  perSecond: number;
  seconds: number;
}

const TICK_MS = 2;

/** What is answered in the first part of a round belongs to the load before. Milliseconds. */
const SETTLING_MS = 1_000;

const RESOURCE_EXHAUSTED = 8;

/** Sends calls when they are due, whether or not earlier ones have been answered: only such callers can bring a server past its capacity. */
async function run({ port, kinds, perSecond, seconds }: Round): Promise<Record<string, ReturnType<Tally['summary']>>> {
  const session = connect(`http://127.0.0.1:${port}`);
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  const tallies = new Map(kinds.map(({ priority }) => [priority, new Tally()]));
  const pending: Promise<void>[] = [];
  const debts = kinds.map(() => 0);
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const send = (kind: Kind): Promise<void> =>
    new Promise((resolve) => {
      const message = Buffer.from(kind.body, 'base64');
      if (kind.numberAt >= 0) message.write(String(pending.length).padStart(12, '0'), kind.numberAt);
      const frame = Buffer.concat([Buffer.alloc(5), message]);
      frame.writeUInt32BE(message.length, 1);
      const sentAt = performance.now();
      let status = -1;
      let details: unknown;
      const stream = session.request({
        ':method': 'POST',
        ':path': kind.path,
        'content-type': 'application/grpc+proto',
        'grpc-timeout': `${kind.timeoutMs}m`,
        te: 'trailers',
      });
      const note = (fields: Record<string, unknown>) => {
        if (fields['grpc-status'] === undefined) return;
        status = Number(fields['grpc-status']);
        details = fields['grpc-status-details-bin'];
      };
      stream.on('response', note);
      stream.on('trailers', note);
      stream.on('error', () => undefined);
      stream.on('close', () => {
        const now = performance.now();
        const ms = now - sentAt;
        const tally = tallies.get(kind.priority);
        if (status === 0 && ms <= kind.timeoutMs) tally?.answered(ms, now > begin + SETTLING_MS && now <= end);
        else if (status === RESOURCE_EXHAUSTED) tally?.refused(hasRetryHint(details));
        else tally?.late();
        resolve();
      });
      stream.resume();
      stream.end(frame);
    });
  let before = begin;
  while (before < end) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    const now = performance.now();
    for (const [index, kind] of kinds.entries()) {
      debts[index] = (debts[index] ?? 0) + ((now - before) / 1000) * perSecond * kind.share;
      for (; (debts[index] ?? 0) >= 1; debts[index] = (debts[index] ?? 0) - 1) pending.push(send(kind));
    }
    before = now;
  }
  await Promise.all(pending);
  session.destroy();
  return Object.fromEntries(
    [...tallies].map(([priority, tally]) => [priority, tally.summary(seconds - SETTLING_MS / 1000)]),
  );
}

function hasRetryHint(details: unknown): boolean {
  if (typeof details !== 'string') return false;
  const status = fromBinary(StatusSchema, Buffer.from(details, 'base64'));
  return status.details.some((detail) => anyIs(detail, RetryInfoSchema));
}

process.on('message', (round: Round) => {
  void run(round).then((result) => process.send?.(result));
});
