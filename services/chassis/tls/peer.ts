import { type PeerCertificate, TLSSocket } from 'node:tls';
import { serviceNamed } from './spiffe.ts';

/** Who is at the other end of a connection by its certificate: a service, or nobody that can be believed, and why. */
export type Peer = { readonly service: string } | { readonly problem: string };

const EXPIRED = { problem: 'the client certificate has expired' };

/** Who a client is, on a connection where anybody may have come in. It may outlive the certificate it was made with: then nobody is believed on it. */
export function peerOf(socket: unknown, trustDomain: string): Peer {
  if (!(socket instanceof TLSSocket)) return { problem: 'the connection is not TLS' };
  const certificate = socket.getPeerCertificate();
  if (!certificate?.raw) return { problem: 'no client certificate was shown' };
  const { authorizationError: why } = socket;
  if (!socket.authorized && String(why).includes('EXPIRED')) return EXPIRED;
  if (!socket.authorized) return { problem: `the client certificate is not one of this mesh (${why})` };
  const { peer, validTo } = certified(certificate, trustDomain);
  return validTo > Date.now() ? peer : EXPIRED;
}

interface Certified {
  peer: Peer;
  validTo: number;
}

const known = new WeakMap<PeerCertificate, Certified>();

/** What a certificate says, taken out of it once. */
function certified(certificate: PeerCertificate, trustDomain: string): Certified {
  const before = known.get(certificate);
  if (before !== undefined) return before;
  const service = serviceNamed(certificate.subjectaltname, trustDomain);
  const peer = service ? { service } : { problem: `the client certificate names no service of ${trustDomain}` };
  const found = { peer, validTo: Date.parse(certificate.valid_to) };
  known.set(certificate, found);
  return found;
}
