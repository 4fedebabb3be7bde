import { nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

/** What a proxy takes a port for, by the first word of its name, and what else says the same. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  grpc: ['grpc', 'GRPC'],
  http: ['http', 'HTTP'],
  http2: ['kubernetes.io/h2c', 'http2', 'HTTP2'],
  https: ['https', 'HTTPS'],
  tcp: ['tcp', 'TCP'],
  tls: ['tls', 'TLS'],
};

export const portProtocols: Rule = {
  name: 'port-protocols',
  about:
    'The name of every port gives its protocol, and says the same as its appProtocol or protocol; a port of a Service is open on every pod behind it.',
  faults: (subject) => [...services(subject), ...elsewhere(subject)],
};

function services({ manifests, workloads }: Subject): Fault[] {
  return ofKind(manifests, 'Service').flatMap((service) => {
    const behind = workloads.filter(
      (each) => each.namespace === service.metadata?.namespace && hasLabels(each, service.spec?.selector),
    );
    const at = (path: string, message: string): Fault => ({ manifest: nameOf(service), path, message });
    const nobody = behind.length === 0 ? [at('spec.selector', 'no pods are behind it')] : [];
    const ports = (service.spec?.ports ?? []).flatMap(({ name = '', appProtocol, port, targetPort = port }, index) => {
      const path = `spec.ports[${index}]`;
      const closed = behind.filter(
        ({ spec }) =>
          !spec.containers.some(({ ports = [] }) =>
            ports.some((each) => targetPort === each.name || targetPort === each.containerPort),
          ),
      );
      return [
        ...disagreement(name, appProtocol, 'appProtocol').map(([field, message]) => at(`${path}.${field}`, message)),
        ...closed.map(({ manifest }) => at(`${path}.targetPort`, `${nameOf(manifest)} has no port ${targetPort}`)),
      ];
    });
    return [...nobody, ...ports];
  });
}

/** Doors of the mesh name the protocol in a field of their own; over TLS a name says what is inside of it. */
function elsewhere({ manifests }: Subject): Fault[] {
  const entries = ofKind(manifests, 'ServiceEntry').flatMap((entry) =>
    (entry.spec?.ports ?? []).map((port, index) => ({ of: nameOf(entry), port, path: `spec.ports[${index}]` })),
  );
  const doors = ofKind(manifests, 'Gateway').flatMap((gateway) =>
    (gateway.spec?.servers ?? []).map(({ port }, index) => ({
      of: nameOf(gateway),
      port,
      path: `spec.servers[${index}].port`,
    })),
  );
  return [...entries, ...doors].flatMap(({ of, port, path }) =>
    disagreement(port.name ?? '', port.protocol, 'protocol').map(([field, message]) => ({
      manifest: of,
      path: `${path}.${field}`,
      message,
    })),
  );
}

function disagreement(name: string, said: string | undefined, field: string): [field: string, message: string][] {
  const [word = ''] = name.split('-');
  const protocols = PROTOCOLS[word];
  if (protocols === undefined)
    return [
      [
        'name',
        `${name || 'a port without a name'} gives no protocol: it must begin with ${Object.keys(PROTOCOLS).join(', ')}`,
      ],
    ];
  if (said === undefined || !protocols.includes(said))
    return [[field, `${name} is ${word} by its name and ${said ?? 'nothing'} here`]];
  return [];
}
