import { contractHash, pactHashes } from '../verify/matrix.ts';
import type { Version } from './environments.ts';

/** Each service that takes part in a pact, as it is in this tree. */
export function currentVersions(): Record<string, Version> {
  const pacts = pactHashes();
  const services = [...new Set(pacts.flatMap(({ consumer, provider }) => [consumer, provider]))].toSorted();
  return Object.fromEntries(
    services.map((service) => {
      const own = pacts.filter(({ consumer }) => consumer === service).map(({ provider, hash }) => [provider, hash]);
      return [service, { contractHash: contractHash(service), pactHashes: Object.fromEntries(own) }];
    }),
  );
}
