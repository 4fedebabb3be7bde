import { Agent } from 'node:https';
import type { MeshIdentity } from './mesh-identity.ts';
import { serverCheck } from './server-check.ts';

/** Connects to one service of the mesh over mutual TLS, for clients that keep connections: each new one is made with the certificate that is current. */
export function agentFor(identity: MeshIdentity, service: string): Agent {
  const agent = new Agent({ keepAlive: true, checkServerIdentity: serverCheck(identity, service) });
  const renew = () => Object.assign(agent.options, identity.current());
  renew();
  identity.watch(renew);
  return agent;
}
