import { nameOf, ofKind } from '../policy/kinds.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const hosts: Rule = {
  name: 'hosts',
  about:
    'Every host that a route, a Sidecar, a ConfigMap or a list of keys names is a Service or a ServiceEntry, with the port it names.',
  faults: (subject) => {
    const ports = portsByHost(subject);
    return mentionsOf(subject).flatMap(({ manifest, path, host, port }): Fault[] => {
      const open = ports.get(host);
      if (open === undefined) return [{ manifest, path, message: `no Service or ServiceEntry is ${host}` }];
      if (port === undefined || open.includes(port)) return [];
      return [{ manifest, path, message: `${host} has no port ${port}: it has ${open.join(', ')}` }];
    });
  },
};

interface Mention {
  readonly manifest: string;
  readonly path: string;
  readonly host: string;
  readonly port?: number;
}

/** Hosts by the ports they have: our own, servers outside, and what the topology says stands around the mesh. */
function portsByHost({ manifests, topology }: Subject): Map<string, number[]> {
  const { clusterDomain, platform } = topology;
  const inCluster = (name: string, namespace: string) => `${name}.${namespace}.svc.${clusterDomain}`;
  const services = ofKind(manifests, 'Service').map(
    ({ metadata, spec }): HostPorts => [
      inCluster(metadata?.name ?? '', metadata?.namespace ?? ''),
      (spec?.ports ?? []).map(({ port }) => port),
    ],
  );
  const outside = ofKind(manifests, 'ServiceEntry').flatMap(({ spec }) =>
    (spec?.hosts ?? []).map((host): HostPorts => [host, (spec?.ports ?? []).map(({ number }) => number ?? 0)]),
  );
  const around = [platform.otlp, platform.egress].map(
    ({ service, namespace, port }): HostPorts => [inCluster(service, namespace), [port]],
  );
  return new Map([...services, ...outside, ...around]);
}

type HostPorts = [host: string, ports: number[]];

function mentionsOf(subject: Subject): Mention[] {
  return [...routes(subject), ...callers(subject), ...addresses(subject)];
}

/** Where routes lead. The hosts of a VirtualService at a gateway are those that outsiders ask for. */
function routes({ manifests }: Subject): Mention[] {
  return ofKind(manifests, 'VirtualService').flatMap((service) => {
    const { hosts: asked = [], gateways = ['mesh'], http = [], tls = [], tcp = [] } = service.spec ?? {};
    const manifest = nameOf(service);
    const led = [
      ...http.flatMap(({ route = [], mirror, mirrors = [] }, index) =>
        [...route.map(({ destination }) => destination), mirror, ...mirrors.map(({ destination }) => destination)].map(
          (destination) => ({ destination, path: `spec.http[${index}]` }),
        ),
      ),
      ...[...tls, ...tcp].flatMap(({ route = [] }, index) =>
        route.map(({ destination }) => ({ destination, path: `spec.tls[${index}]` })),
      ),
    ];
    return [
      ...(gateways.includes('mesh')
        ? asked.map((host, index) => ({ manifest, path: `spec.hosts[${index}]`, host }))
        : []),
      ...led.flatMap(({ destination, path }) =>
        destination?.host
          ? [{ manifest, path: `${path}.destination.host`, host: destination.host, port: destination.port?.number }]
          : [],
      ),
    ];
  });
}

function callers({ manifests }: Subject): Mention[] {
  const rules = ofKind(manifests, 'DestinationRule').map((rule) => ({
    manifest: nameOf(rule),
    path: 'spec.host',
    host: rule.spec?.host ?? '',
  }));
  const sidecars = ofKind(manifests, 'Sidecar').flatMap((sidecar) =>
    (sidecar.spec?.egress ?? []).flatMap(({ hosts: known }, at) =>
      known
        .filter((host) => host !== '~/*')
        .map((host, index) => ({
          manifest: nameOf(sidecar),
          path: `spec.egress[${at}].hosts[${index}]`,
          host: host.replace(/^[^/]*\//, ''),
        })),
    ),
  );
  return [...rules, ...sidecars];
}

/** `host:port` in lists and URLs of a configuration, and of the keys of tokens. A pod may ask itself. */
function addresses({ manifests }: Subject): Mention[] {
  const texts = [
    ...ofKind(manifests, 'ConfigMap').flatMap((config) =>
      Object.entries(config.data ?? {})
        .filter(([key]) => /^UPSTREAM_|_URL$|_ENDPOINT$/.test(key))
        .map(([key, text]) => ({ manifest: nameOf(config), path: `data.${key}`, text })),
    ),
    ...ofKind(manifests, 'RequestAuthentication').flatMap((keys) =>
      (keys.spec?.jwtRules ?? []).map(({ jwksUri = '' }, index) => ({
        manifest: nameOf(keys),
        path: `spec.jwtRules[${index}].jwksUri`,
        text: jwksUri,
      })),
    ),
  ];
  return texts.flatMap(({ manifest, path, text }) =>
    [...text.matchAll(/([a-z0-9.-]+):(\d+)/g)]
      .map(([, host = '', port]) => ({ manifest, path, host, port: Number(port) }))
      .filter(({ host }) => host !== '127.0.0.1'),
  );
}
