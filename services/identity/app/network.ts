import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The network an address is of, by which people recognise a place and which names nobody: /24 of IPv4, /48 of IPv6. Empty for what is no address. */
export function networkOf(address: string | undefined): string {
  const plain = MAPPED.exec(address ?? '')?.[1] ?? address ?? '';
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return '';
  const [before = '', after = ''] = plain.toLowerCase().split('::');
  const [first, last] = [before, after].map((half) => half.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 3).join(':')}::/48`;
}
