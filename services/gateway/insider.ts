import { BlockList, isIPv6 } from 'node:net';
import type { HttpRequest } from '#chassis/rpc/plain-http.ts';

/** What a proxy adds to a request it passes on. Behind one, the address of a connection says nothing of who asks. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Tells operators and what works for them (Prometheus, the command line) from everybody else: who calls from this machine, or from one of `networks`
 * (`10.0.0.0/8,192.168.1.7`), without a proxy between, and is no page in somebody's browser.
 */
export function insiderRule(networks: string): (request: HttpRequest) => boolean {
  const inside = new BlockList();
  inside.addSubnet('127.0.0.0', 8, 'ipv4');
  inside.addAddress('::1', 'ipv6');
  for (const network of networks.split(',').filter((part) => part !== '')) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    inside.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return ({ headers, socket }) => {
    if (headers.origin !== undefined || PASSED_ON.some((name) => headers[name] !== undefined)) return false;
    const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    return inside.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}
