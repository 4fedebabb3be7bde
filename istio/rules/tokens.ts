import type { MeshService } from '../generate/mesh.ts';
import { checksTokens, keysUri } from '../generate/request-authentication.ts';
import { issuerOf } from '../generate/topology.ts';
import { type Kinds, nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels, type Pod } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const tokens: Rule = {
  name: 'tokens',
  about:
    'Proxies of the services behind the gateway take tokens of users by identity’s keys, for this issuer and audience, and hand them on; none stands before the gateway, which answers for bad tokens itself.',
  faults: (subject) => [...unchecked(subject), ...refusing(subject), ...wrong(subject)],
};

type Check = Kinds['RequestAuthentication'];

/** The services that are to have a check, and have none. */
function unchecked(subject: Subject): Fault[] {
  return subject.mesh
    .filter((node) => checksTokens(node) && checksOn(podOf(node, subject), subject).length === 0)
    .map(({ name }) => ({
      manifest: `RequestAuthentication ${subject.topology.namespace}/*`,
      path: 'spec.selector',
      message: `nothing checks the tokens that ${name} is given`,
    }));
}

/** Checks on the way to whoever must see bad tokens too: the ingress, the gateway, identity. */
function refusing(subject: Subject): Fault[] {
  const parties = [
    { name: 'the ingress', pod: subject.topology.platform.ingress },
    ...subject.mesh
      .filter((node) => !checksTokens(node))
      .map((node) => ({ name: node.name, pod: podOf(node, subject) })),
  ];
  return parties.flatMap(({ name, pod }) =>
    checksOn(pod, subject).map((check) => ({
      manifest: nameOf(check),
      path: 'spec.selector',
      message: `at ${name} it refuses what an expired token may ask for, and credentials that are no tokens`,
    })),
  );
}

/** What is said in the root namespace holds in every one. */
function checksOn(pod: Pod, { manifests, topology }: Subject): Check[] {
  const { namespace: root } = topology.platform.istiod;
  return ofKind(manifests, 'RequestAuthentication').filter(
    ({ metadata, spec }) =>
      [pod.namespace, root].includes(metadata?.namespace ?? '') && hasLabels(pod, spec?.selector?.matchLabels),
  );
}

function podOf({ name }: MeshService, { topology, workloads }: Subject): Pod {
  const found = workloads.find(({ labels }) => labels.app === name);
  return found ?? { namespace: topology.namespace, labels: { app: name } };
}

function wrong({ manifests, topology, environment }: Subject): Fault[] {
  const { jwt, environments } = topology;
  const issuer = issuerOf(environments[environment]);
  const keys = keysUri(topology);
  return ofKind(manifests, 'RequestAuthentication').flatMap((check) =>
    (check.spec?.jwtRules ?? []).flatMap((rule, index) => {
      const at = (field: string, message: string): Fault => ({
        manifest: nameOf(check),
        path: `spec.jwtRules[${index}].${field}`,
        message,
      });
      return [
        ...(rule.issuer === issuer ? [] : [at('issuer', `${rule.issuer} is not ${issuer}`)]),
        ...(rule.audiences?.join() === jwt.audience
          ? []
          : [at('audiences', `tokens for ${rule.audiences ?? 'anybody'} are taken`)]),
        ...(rule.jwksUri === keys ? [] : [at('jwksUri', `${rule.jwksUri} is not ${keys}`)]),
        ...(rule.forwardOriginalToken ? [] : [at('forwardOriginalToken', 'the service would not get the token')]),
      ];
    }),
  );
}
