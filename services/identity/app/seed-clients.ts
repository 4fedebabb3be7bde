import type { Clock } from '#chassis/clock.ts';
import { bearerHash } from './bearer-hash.ts';
import type { OAuthClient, OAuthClientStore } from './ports.ts';

/** A client as the configuration tells it. */
export interface GivenClient extends Omit<OAuthClient, 'secretHash'> {
  readonly secret?: string | undefined;
}

/** Makes the clients of the configuration known. Those made by other means stay. */
export function seedClients(deps: { clients: OAuthClientStore; clock: Clock }) {
  return async (given: readonly GivenClient[]): Promise<void> => {
    for (const { secret, ...client } of given) {
      const secretHash = secret === undefined ? undefined : bearerHash(secret);
      await deps.clients.put({ ...client, secretHash }, deps.clock.now());
    }
  };
}
