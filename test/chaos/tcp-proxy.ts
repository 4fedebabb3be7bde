/** Stands between a client and a server so that a test can cut, slow down or silence what they say to each other. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Resets every connection. New ones are welcome. */
  reset(): void;
  /** Holds everything back this long on its way, in both directions; 0 is as fast as it comes. */
  delay(ms: number): void;
  /** Carries nothing any more, without a word to either side. */
  drop(): void;
  /** Ends delay and drop for connections to come. Those that are open carry nothing ever again, still without a word: as when a gateway forgot them. */
  forget(): void;
  /** Ends delay and drop. What a drop swallowed is gone, so connections that lived through one are reset. */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  client: Socket;
  server: Socket;
  isForgotten: boolean;
}

/** Listens on a free port and carries every connection to `target`, opened anew for each: a server that restarts there is found again. */
export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const links = new Set<Link>();
  let delayMs = 0;
  let dropping = false;

  const listener = createServer((client) => {
    const link = { client, server: connect(target), isForgotten: false };
    links.add(link);
    carry(link, link.client, link.server);
    carry(link, link.server, link.client);
  });

  function carry(link: Link, from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      if (dropping || link.isForgotten) return;
      later(() => {
        if (to.destroyed || to.write(chunk)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.once('end', () => later(() => to.end()));
    from.once('error', () => to.resetAndDestroy());
    from.once('close', () => {
      links.delete(link);
      later(() => to.destroy());
    });
  }

  /** Timers of one length fire in the order they were set, so bytes stay in theirs; without a delay there is no timer to overtake, since heal resets. */
  function later(act: () => void): void {
    if (delayMs === 0) act();
    else setTimeout(act, delayMs);
  }

  function reset(): void {
    for (const { client, server } of links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    links.clear();
  }

  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    reset,
    delay(ms) {
      // What is held back for longer must not be overtaken.
      if (ms < delayMs) reset();
      delayMs = ms;
    },
    drop() {
      dropping = true;
    },
    forget() {
      delayMs = 0;
      dropping = false;
      for (const link of links) link.isForgotten = true;
    },
    heal() {
      const wasHealthy = delayMs === 0 && !dropping && ![...links].some(({ isForgotten }) => isForgotten);
      delayMs = 0;
      dropping = false;
      if (!wasHealthy) reset();
    },
    async close() {
      reset();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
