import { nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const edge: Rule = {
  name: 'edge',
  about:
    'What faces the outside speaks TLS 1.2 or later with a certificate, for named hosts, and plain HTTP only redirects to it.',
  faults: (subject) => [...doors(subject), ...closed(subject)],
};

const MODERN = ['TLSV1_2', 'TLSV1_3'];

/** Gateways of the ingress; what leaves by the egress is encrypted by who sends it. */
function atIngress({ manifests, topology }: Subject) {
  const { ingress } = topology.platform;
  return ofKind(manifests, 'Gateway').filter(({ spec }) => hasLabels(ingress, spec?.selector));
}

function doors(subject: Subject): Fault[] {
  return atIngress(subject).flatMap((gateway) =>
    (gateway.spec?.servers ?? []).flatMap(({ port, tls, hosts = [] }, index) => {
      const at = (field: string, message: string): Fault => ({
        manifest: nameOf(gateway),
        path: `spec.servers[${index}].${field}`,
        message,
      });
      const everybody = hosts.some((host) => host.endsWith('*')) ? [at('hosts', 'it answers for every host')] : [];
      if (port.protocol === 'HTTP')
        return [...everybody, ...(tls?.httpsRedirect ? [] : [at('tls.httpsRedirect', 'plain HTTP is answered')])];
      return [
        ...everybody,
        ...(port.protocol === 'HTTPS' ? [] : [at('port.protocol', `${port.protocol} is let in`)]),
        ...(['SIMPLE', 'MUTUAL'].includes(tls?.mode ?? '') ? [] : [at('tls.mode', `it is ${tls?.mode}`)]),
        ...(tls?.credentialName ? [] : [at('tls.credentialName', 'there is no certificate')]),
        ...(MODERN.includes(tls?.minProtocolVersion ?? '')
          ? []
          : [at('tls.minProtocolVersion', 'older than TLS 1.2 will do')]),
      ];
    }),
  );
}

function closed(subject: Subject): Fault[] {
  const { topology, environment } = subject;
  const { host } = topology.environments[environment];
  const servers = atIngress(subject).flatMap(({ spec }) => spec?.servers ?? []);
  return (['HTTPS', 'HTTP'] as const)
    .filter((protocol) => !servers.some(({ port, hosts = [] }) => port.protocol === protocol && hosts.includes(host)))
    .map((protocol) => ({
      manifest: `Gateway ${topology.platform.ingress.namespace}/*`,
      path: 'spec.servers',
      message: `no server of ${host} for ${protocol}`,
    }));
}
