import type { Compose, Container } from './compose.ts';

/** An exact version, after the registry's port if it has one: `1.2`, `v1.2.3`, `2.14.0-alpine`. */
const EXACT_TAG = /:v?\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?$/;
/** Ours: which version is built or pulled is said outside, with the present one as default. */
const OWN_TAG = /:\$\{TRADEWIND_VERSION:-\d+\.\d+\.\d+\}$/;

/** What is wrong with a compose file, in a sentence each, beginning with the service. */
export function composeFindings(compose: Compose): string[] {
  return Object.entries(compose.services).flatMap(([name, container]) =>
    [
      ...imageFindings(container),
      ...rightFindings(container),
      ...networkFindings(container, compose),
      ...volumeFindings(container, compose),
      ...dependencyFindings(container, compose),
    ].map((finding) => `${name}: ${finding}`),
  );
}

function imageFindings({ image = '' }: Container): string[] {
  return EXACT_TAG.test(image) || OWN_TAG.test(image) ? [] : [`image ${image} is not pinned to a version`];
}

/** What a container may do beyond its work. One that ends by itself may have a single right more. */
function rightFindings(container: Container): string[] {
  const { user = '', cap_drop = [], cap_add = [], security_opt = [], read_only, privileged } = container;
  const endsItself = container.network_mode === 'none';
  const rules: [boolean, string][] = [
    [read_only === true, 'its root file system can be written to'],
    [cap_drop.includes('ALL'), 'it keeps capabilities: cap_drop ALL'],
    [cap_add.length <= (endsItself ? 1 : 0), `it adds capabilities: ${cap_add.join(', ')}`],
    [security_opt.includes('no-new-privileges:true'), 'it may gain privileges: no-new-privileges'],
    [privileged !== true, 'it is privileged'],
    [/^[1-9]\d*:[1-9]\d*$/.test(user) || (endsItself && user === '0:0'), `it runs as ${user || 'whom the image says'}`],
  ];
  return rules.filter(([kept]) => !kept).map(([, finding]) => finding);
}

function networkFindings({ ports = [], networks = [], network_mode }: Container, compose: Compose): string[] {
  const unknown = networks.filter((name) => !(name in compose.networks));
  return [
    ...unknown.map((name) => `there is no network ${name}`),
    ...(networks.length === 0 && network_mode !== 'none' ? ['it says no network, so it is in the default one'] : []),
    ...ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `port ${port} is open to every machine`),
  ];
}

function volumeFindings({ volumes = [] }: Container, compose: Compose): string[] {
  return volumes.flatMap((volume) => {
    const [source = '', , mode] = volume.split(':');
    if (source.includes('docker.sock')) return ["the engine's socket is handed to it"];
    if (source.startsWith('.')) return mode === 'ro' ? [] : [`${source} can be written to: mount it with :ro`];
    return source in compose.volumes ? [] : [`there is no volume ${source}`];
  });
}

function dependencyFindings({ depends_on = {} }: Container, compose: Compose): string[] {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    const other = compose.services[name];
    if (other === undefined) return [`it waits for ${name}, which there is not`];
    const isChecked = other.healthcheck !== undefined || other.image?.includes('/tradewind:');
    return condition === 'service_healthy' && !isChecked ? [`it waits for ${name}, whose health nobody checks`] : [];
  });
}
