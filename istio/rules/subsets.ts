import { nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const subsets: Rule = {
  name: 'subsets',
  about: 'A subset that a route or a rollout names exists, has pods, and the shares of a route are a hundred.',
  faults: (subject) => [...empty(subject), ...unknown(subject), ...shares(subject), ...rollouts(subject)],
};

/** A canary’s subset has no pods of its own until Argo Rollouts gives it some of those it has. */
function empty({ manifests, workloads }: Subject): Fault[] {
  return ofKind(manifests, 'DestinationRule').flatMap((rule) =>
    (rule.spec?.subsets ?? []).flatMap(({ name, labels = {} }, index) => {
      const pods = workloads.filter((each) => each.namespace === rule.metadata?.namespace && hasLabels(each, labels));
      if (Object.keys(labels).length > 0 && pods.length > 0) return [];
      const said = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const message =
        said.length === 0 ? `${name} is every pod` : `no pod of ${name} has the labels ${said.join(', ')}`;
      return { manifest: nameOf(rule), path: `spec.subsets[${index}].labels`, message };
    }),
  );
}

/** The names of the subsets that a host has. */
function subsetsOf({ manifests }: Subject, host: string | undefined): string[] {
  return ofKind(manifests, 'DestinationRule')
    .filter(({ spec }) => spec?.host === host)
    .flatMap(({ spec }) => (spec?.subsets ?? []).map(({ name }) => name));
}

function unknown(subject: Subject): Fault[] {
  return ofKind(subject.manifests, 'VirtualService').flatMap((service) =>
    (service.spec?.http ?? []).flatMap(({ route = [], mirror, mirrors = [] }, index) => {
      const named = [
        ...route.map(({ destination }, at) => ({ destination, path: `route[${at}].destination` })),
        ...mirrors.map(({ destination }, at) => ({ destination, path: `mirrors[${at}].destination` })),
        ...(mirror ? [{ destination: mirror, path: 'mirror' }] : []),
      ];
      return named
        .filter(
          ({ destination }) =>
            destination?.subset && !subsetsOf(subject, destination.host).includes(destination.subset),
        )
        .map(({ destination, path }) => ({
          manifest: nameOf(service),
          path: `spec.http[${index}].${path}.subset`,
          message: `${destination?.host} has no subset ${destination?.subset}`,
        }));
    }),
  );
}

function shares({ manifests }: Subject): Fault[] {
  return ofKind(manifests, 'VirtualService').flatMap((service) =>
    (service.spec?.http ?? []).flatMap(({ route = [] }, index) => {
      const sum = route.reduce((total, { weight }) => total + (weight ?? 0), 0);
      if (route.length < 2 || sum === 100) return [];
      return { manifest: nameOf(service), path: `spec.http[${index}].route`, message: `its shares add up to ${sum}` };
    }),
  );
}

interface Rollout {
  strategy?: {
    canary?: {
      trafficRouting?: {
        istio?: {
          virtualService?: { name?: string; routes?: string[] };
          destinationRule?: { name?: string; stableSubsetName?: string; canarySubsetName?: string };
        };
      };
    };
  };
}

function rollouts({ manifests }: Subject): Fault[] {
  return manifests
    .filter(({ kind }) => kind === 'Rollout')
    .flatMap((rollout) => {
      const istio = (rollout.spec as Rollout).strategy?.canary?.trafficRouting?.istio;
      const rule = ofKind(manifests, 'DestinationRule').find(
        ({ metadata }) => metadata?.name === istio?.destinationRule?.name,
      );
      const service = ofKind(manifests, 'VirtualService').find(
        ({ metadata }) => metadata?.name === istio?.virtualService?.name,
      );
      const [names, routes] = [
        rule?.spec?.subsets?.map(({ name }) => name),
        service?.spec?.http?.map(({ name }) => name),
      ];
      const { stableSubsetName = '', canarySubsetName = '' } = istio?.destinationRule ?? {};
      const path = 'spec.strategy.canary.trafficRouting.istio';
      const manifest = nameOf(rollout);
      return [
        ...[stableSubsetName, canarySubsetName]
          .filter((name) => !names?.includes(name))
          .map((name) => ({ manifest, path: `${path}.destinationRule`, message: `there is no subset ${name}` })),
        ...(istio?.virtualService?.routes ?? [])
          .filter((name) => !routes?.includes(name))
          .map((name) => ({ manifest, path: `${path}.virtualService.routes`, message: `there is no route ${name}` })),
      ];
    });
}
