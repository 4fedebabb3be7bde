import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import { createGrpcFace } from './grpc-face.ts';
import { createSinglePort } from './single-port.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const faces: Record<string, () => Promise<number>> = {
  HTTP: async () => {
    const server = createSinglePort((_, response) => response.end());
    cleanups.push(() => server.drain(0));
    return server.listen(0, '127.0.0.1');
  },
  gRPC: async () => {
    const face = createGrpcFace([]);
    cleanups.push(() => face.drain(0));
    return face.start('127.0.0.1', 0);
  },
};

test.each(Object.entries(faces))(
  'the %s port keeps a client that gives up two thousand calls at once',
  async (_, start) => {
    const session = connect(`http://127.0.0.1:${await start()}`);
    cleanups.unshift(() => session.destroy());
    let ended = false;
    session.on('goaway', () => {
      ended = true;
    });
    session.on('error', () => {
      ended = true;
    });
    await once(session, 'connect');
    for (let batch = 0; batch < 20; batch++) {
      const calls = Array.from({ length: 100 }, () => session.request({ ':method': 'POST', ':path': '/none' }));
      const gone = calls.map((call) => new Promise((resolve) => call.on('error', () => {}).once('close', resolve)));
      for (const call of calls) call.close(constants.NGHTTP2_CANCEL);
      await Promise.all(gone);
    }
    const answered = await new Promise((resolve) => {
      if (session.destroyed) resolve(false);
      else session.ping((error) => resolve(error === null));
    });
    expect({ answered, ended }).toEqual({ answered: true, ended: false });
  },
);
