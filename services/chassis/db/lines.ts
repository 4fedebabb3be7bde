import { createConnection, type Socket } from 'node:net';

/** Where the driver wants to be connected to. */
interface Place {
  host: string[];
  port: number[];
  path?: string | false;
}

/** The connections of a pool, kept so that those on which nothing comes any more can be ended. */
export interface Lines {
  /** For the driver, which makes its connections itself otherwise and shows none of them. */
  open(place: Place): Socket;
  /** Begins to listen. What it answers ends each connection that has said nothing since. */
  listen(): () => void;
}

/**
 * A way that broke without a word is not noticed by the system for a quarter of an hour when something was sent on it, and the driver has no such limit at all:
 * it keeps the connection as taken, and sends further statements on it.
 */
export function openLines(): Lines {
  const lines = new Set<Socket>();
  let opened = 0;
  return {
    open({ host, port, path }) {
      const at = opened++ % port.length;
      // It need not be connected yet: what the driver writes waits, and the driver's own limit for a connection holds.
      const line = createConnection(path ? { path } : { host: host[at], port: port[at] ?? 0 });
      lines.add(line);
      return line.on('close', () => lines.delete(line));
    },
    listen() {
      const heard = new Map([...lines].map((line) => [line, line.bytesRead]));
      return () => {
        for (const [line, bytes] of heard) if (line.bytesRead === bytes) line.destroy(new LineSilent());
      };
    },
  };
}

class LineSilent extends Error {
  /** Named like the driver's own: the database cannot be reached. */
  readonly code = 'CONNECTION_SILENT';

  constructor() {
    super('Nothing came from the database any more');
    this.name = 'LineSilent';
  }
}
