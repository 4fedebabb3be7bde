import type { PeerCertificate } from 'node:tls';
import type { MeshIdentity } from './mesh-identity.ts';
import { serviceNamed, spiffeId } from './spiffe.ts';

/** Compares what a server's certificate names with the service that is to be called, whatever its address: for Node's `checkServerIdentity`. */
export function serverCheck(identity: MeshIdentity, service: string) {
  return (_host: string, { subjectaltname }: PeerCertificate): Error | undefined => {
    if (serviceNamed(subjectaltname, identity.trustDomain) === service) return undefined;
    const wanted = spiffeId(identity.trustDomain, service);
    const problem = `the server is not ${wanted}: its certificate names ${subjectaltname ?? 'nobody'}`;
    // Callers wait for a server that can be reached; the log is where somebody learns why there is none.
    identity.report(problem);
    return new Error(problem);
  };
}
