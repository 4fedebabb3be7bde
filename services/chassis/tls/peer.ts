import { type PeerCertificate, TLSSocket } from 'node:tls';
import { serviceNamed } from './spiffe.ts';

/** Who is at the other end of a connection by its certificate: a service, or nobody that can be believed, and why. */
export type Peer = { readonly service: string } | { readonly problem: string };

interface Named {
  service: string | undefined;
  validTo: number;
}

const known = new WeakMap<PeerCertificate, Named>();

/** Who an authority of ours certified. A connection may outlive its certificate: nobody is believed on one that has expired. */
export function certifiedPeer(certificate: PeerCertificate, trustDomain: string): Peer {
  let named = known.get(certificate);
  if (named === undefined) {
    named = {
      service: serviceNamed(certificate.subjectaltname, trustDomain),
      validTo: Date.parse(certificate.valid_to),
    };
    known.set(certificate, named);
  }
  if (named.service === undefined) return { problem: `the client certificate names no service of ${trustDomain}` };
  if (named.validTo <= Date.now()) return { problem: EXPIRED };
  return { service: named.service };
}

const EXPIRED = 'the client certificate has expired';

/** The same of a connection on which anybody may have come in. */
export function peerOf(socket: unknown, trustDomain: string): Peer {
  if (!(socket instanceof TLSSocket)) return { problem: 'the connection is not TLS' };
  const certificate = socket.getPeerCertificate();
  if (!certificate?.raw) return { problem: 'no client certificate was shown' };
  if (socket.authorized) return certifiedPeer(certificate, trustDomain);
  const why = String(socket.authorizationError);
  return { problem: why.includes('EXPIRED') ? EXPIRED : `the client certificate is not one of this mesh (${why})` };
}
