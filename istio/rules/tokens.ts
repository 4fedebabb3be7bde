import { hostOf } from '../generate/names.ts';
import { issuerOf } from '../generate/topology.ts';
import { nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule } from './rule.ts';

export const tokens: Rule = {
  name: 'tokens',
  about:
    'Tokens of users are checked where they enter, by identity’s keys, for this issuer and audience, and reach the gateway as they came.',
  faults({ manifests, topology, environment }) {
    const { jwt, platform, ports, environments } = topology;
    const issuer = issuerOf(environments[environment]);
    const { ingress } = platform;
    const checking = ofKind(manifests, 'RequestAuthentication').filter(
      ({ metadata, spec }) =>
        metadata?.namespace === ingress.namespace && hasLabels(ingress, spec?.selector?.matchLabels),
    );
    if (checking.length === 0)
      return [
        {
          manifest: `RequestAuthentication ${ingress.namespace}/*`,
          path: 'spec.selector',
          message: 'nothing checks tokens at the ingress',
        },
      ];
    const keys = `http://${hostOf('identity', topology)}:${ports.http}${jwt.jwksPath}`;
    return checking.flatMap((check) =>
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
          ...(rule.forwardOriginalToken ? [] : [at('forwardOriginalToken', 'the gateway would not get the token')]),
        ];
      }),
    );
  },
};
