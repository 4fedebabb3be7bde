import type { Socket } from 'node:net';
import type { PortLimits } from './port-limits.ts';

/** Tells whether there is room for one more connection, and keeps count of it until it closes. */
export function connectionCount(limits: Pick<PortLimits, 'connections' | 'connectionsPerAddress'>) {
  let open = 0;
  const byAddress = new Map<string, number>();
  return (socket: Socket): boolean => {
    const address = socket.remoteAddress ?? '';
    const from = byAddress.get(address) ?? 0;
    if (isOver(open, limits.connections) || isOver(from, limits.connectionsPerAddress)) return false;
    open += 1;
    byAddress.set(address, from + 1);
    socket.once('close', () => {
      open -= 1;
      const left = (byAddress.get(address) ?? 0) - 1;
      if (left > 0) byAddress.set(address, left);
      else byAddress.delete(address);
    });
    return true;
  };
}

function isOver(open: number, most: number): boolean {
  return most > 0 && open >= most;
}
