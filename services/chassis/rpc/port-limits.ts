/** How much of a port one client may take, and for how long without doing anything. Times are in milliseconds, sizes in bytes. */
export interface PortLimits {
  /** How long the head of a request over HTTP/1 may take to arrive. */
  headersMs: number;
  /** How long a whole request may take to arrive, and one that is a single message of an RPC. */
  requestMs: number;
  messageMs: number;
  /** How large the head of a request over HTTP/1 may be. */
  headerBytes: number;
  /** How long a connection of HTTP/2 may stay without a call. */
  idleMs: number;
  /** Calls that one connection of HTTP/2 may have open at once. */
  streams: number;
  /** Connections at once, from everywhere and from one address; 0 is without limit. */
  connections: number;
  connectionsPerAddress: number;
}

/**
 * Those of a port inside the mesh. Calls at once are far above what one client is expected to have: Node refuses a new call (ENHANCE_YOUR_CALM) while it still tidies
 * up after calls that the client already counts as ended.
 */
export const INSIDE: PortLimits = {
  headersMs: 10_000,
  // A contract may let a client send its messages for five minutes.
  requestMs: 330_000,
  messageMs: 30_000,
  headerBytes: 16_384,
  idleMs: 300_000,
  streams: 4_000,
  connections: 0,
  connectionsPerAddress: 0,
};
