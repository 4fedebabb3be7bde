/** Gives pacts and their results to a Pact Broker over its HTTP API: https://docs.pact.io/pact_broker/api */
import type { Pact } from '#chassis/testing/pact/artefact.ts';
import type { Row } from '../verify/matrix.ts';

export interface Broker {
  url: string;
  /** For a broker that wants a token, or user and password. */
  authorization?: string;
}

/** Of what all pacts and results are: one commit of one branch. */
export interface Publication {
  version: string;
  branch: string;
  pacts: readonly Pact[];
  results: readonly Row[];
}

/** Publishes the pacts of each consumer in one request, and then the result of each pair to where the broker says that it belongs. */
export async function publish(broker: Broker, { version, branch, pacts, results }: Publication): Promise<void> {
  for (const [consumer, own] of Map.groupBy(pacts, (pact) => pact.consumer.name)) {
    await send(broker, '/contracts/publish', {
      ...{ pacticipantName: consumer, pacticipantVersionNumber: version, branch },
      contracts: own.map((pact) => ({
        ...{ consumerName: consumer, providerName: pact.provider.name, specification: 'pact' },
        ...{ contentType: 'application/json', content: Buffer.from(JSON.stringify(pact)).toString('base64') },
      })),
    });
  }
  for (const { consumer, provider, result } of results) {
    const published = await send(broker, `/pacts/provider/${provider}/consumer/${consumer}/version/${version}`);
    const target = published._links?.['pb:publish-verification-results']?.href;
    if (!target) throw new Error(`${broker.url} does not say where results of ${consumer} → ${provider} go`);
    await send(broker, target, { success: result === 'verified', providerApplicationVersion: version });
  }
}

interface Answer {
  _links?: Record<string, { href: string } | undefined>;
}

async function send({ url, authorization }: Broker, path: string, body?: object): Promise<Answer> {
  const target = new URL(path, url);
  const response = await fetch(target, {
    method: body ? 'POST' : 'GET',
    headers: {
      accept: 'application/hal+json',
      ...(body && { 'content-type': 'application/json' }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new Error(`${target} cannot be reached`, { cause });
  });
  const said = await response.text();
  if (!response.ok) throw new Error(`${target} answered ${response.status}: ${said}`);
  return JSON.parse(said === '' ? '{}' : said) as Answer;
}
