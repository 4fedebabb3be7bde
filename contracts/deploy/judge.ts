/** Says whether a service may be deployed, from what was verified: it must keep the pacts of who is there, and who is there must keep its own. */
import type { Row } from '../verify/matrix.ts';
import type { Version } from './environments.ts';

export interface Situation {
  /** Each service as it is in this tree. */
  current: Record<string, Version>;
  /** Each service as it is where this one is to go; the tree itself when nowhere is named. */
  there: Record<string, Version>;
  matrix: readonly Row[];
}

/** A pair that stands in the way: why, and what to do. */
export interface Obstacle {
  consumer: string;
  provider: string;
  why: string;
  todo: string;
}

export function obstaclesOf(service: string, { current, there, matrix }: Situation): Obstacle[] {
  const self = current[service];
  if (!self) throw new Error(`there is no service ${service}`);
  const around = { ...there, [service]: self };
  const asConsumer = Object.entries(self.pactHashes).map(([provider, pactHash]) => ({
    consumer: service,
    provider,
    pactHash,
  }));
  const asProvider = Object.entries(around).flatMap(([consumer, { pactHashes }]) => {
    const pactHash = pactHashes[service];
    return pactHash === undefined || consumer === service ? [] : [{ consumer, provider: service, pactHash }];
  });
  return [...asConsumer, ...asProvider].flatMap(({ consumer, provider, pactHash }) => {
    const contractHash = around[provider]?.contractHash;
    if (contractHash === undefined) {
      return [{ consumer, provider, why: `${provider} is not there`, todo: `deploy ${provider} first` }];
    }
    const found = verdict(
      matrix.filter((row) => row.consumer === consumer && row.provider === provider),
      pactHash,
      contractHash,
    );
    return found ? [{ consumer, provider, ...found }] : [];
  });
}

const VERIFY = 'npm run pacts, and commit what it writes';

function verdict(
  rows: readonly Row[],
  pactHash: string,
  contractHash: string,
): Pick<Obstacle, 'why' | 'todo'> | undefined {
  const row = rows.find((each) => each.pactHash === pactHash && each.contractHash === contractHash);
  if (row?.result === 'verified') return undefined;
  if (row)
    return {
      why: `verification failed: ${row.failures[0] ?? ''}`,
      todo: 'make the provider keep the pact, or the consumer ask for less',
    };
  if (rows.length === 0) return { why: 'not verified: there is no result of this pair', todo: VERIFY };
  const isPactKnown = rows.some((each) => each.pactHash === pactHash);
  return {
    why: `not verified: the ${isPactKnown ? 'contract of the provider' : 'pact'} is another than the one verified`,
    todo: VERIFY,
  };
}
