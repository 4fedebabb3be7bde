/** The kinds of objects that are judged, with the fields that their publishers describe. What does not fit these is found by its schema, so fields may be read as they are declared. */
import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import type { IGateway } from '@kubernetes-models/istio/networking.istio.io/v1/Gateway';
import type { IServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry';
import type { ISidecar } from '@kubernetes-models/istio/networking.istio.io/v1/Sidecar';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import type { IAuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import type { IPeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication';
import type { IRequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Manifest } from '../generate/manifest.ts';

export interface Kinds {
  AuthorizationPolicy: IAuthorizationPolicy;
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  DestinationRule: IDestinationRule;
  Gateway: IGateway;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Namespace: INamespace;
  NetworkPolicy: INetworkPolicy;
  PeerAuthentication: IPeerAuthentication;
  PodDisruptionBudget: IPodDisruptionBudget;
  RequestAuthentication: IRequestAuthentication;
  Service: IService;
  ServiceAccount: IServiceAccount;
  ServiceEntry: IServiceEntry;
  Sidecar: ISidecar;
  StatefulSet: IStatefulSet;
  VirtualService: IVirtualService;
}

/** Every object of a kind. */
export function ofKind<K extends keyof Kinds>(manifests: readonly Manifest[], kind: K): Kinds[K][] {
  return manifests.filter((manifest) => manifest.kind === kind) as unknown as Kinds[K][];
}

/** How an object is told from all others: `NetworkPolicy tradewind/orders`. */
export function nameOf({ kind, metadata }: { kind: string; metadata?: { name?: string; namespace?: string } }): string {
  return `${kind} ${[metadata?.namespace, metadata?.name].filter(Boolean).join('/')}`;
}
