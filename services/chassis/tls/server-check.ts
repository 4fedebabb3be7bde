import type { PeerCertificate } from 'node:tls';
import { serviceNamed, spiffeId } from './spiffe.ts';

/** The server shown by a connection is another than the one that was asked for. */
class WrongServer extends Error {
  readonly code = 'ERR_WRONG_SERVER';
}

/** Compares what a server's certificate names with the service that is to be called, whatever its address: for Node's `checkServerIdentity`. */
export function serverCheck(trustDomain: string, service: string) {
  return (_host: string, certificate: PeerCertificate): Error | undefined => {
    if (serviceNamed(certificate.subjectaltname, trustDomain) === service) return undefined;
    const shown = certificate.subjectaltname ?? 'nobody';
    return new WrongServer(`the server is not ${spiffeId(trustDomain, service)}: its certificate names ${shown}`);
  };
}
