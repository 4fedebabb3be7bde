/** Verifies the pacts of a running service, and says of what fails who needs it, in which RPC or event, and which field is wrong. */
import { resolve } from 'node:path';
import { Verifier } from '@pact-foundation/pact';
import { PACTS, readPact } from '#chassis/testing/pact/artefact.ts';
import { replaceable } from '#chassis/testing/pact/examples.ts';
import { answersOf } from './answers.ts';
import { claimedBy } from './claimed.ts';
import type { Distortion } from './distortion.ts';
import type { RunningProvider } from './start-provider.ts';

process.env.PACT_DO_NOT_TRACK = 'true';

/** What became of one pact. */
export interface Verification {
  consumer: string;
  interactions: number;
  /** What the pact asks for and the provider does not do; one sentence each. */
  failures: string[];
  /** The same of interactions marked as pending: shown, but not held against the provider. */
  pending: string[];
}

/** What answers instead of the provider as it is. */
export interface InsteadOf {
  /** Where something stands in front of it, for all that is asked by HTTP. */
  url?: string;
  distortion?: Distortion;
}

/** Verifies pacts, named by their files. */
export async function verify(
  provider: RunningProvider,
  files: readonly string[],
  { url = provider.url, distortion }: InsteadOf = {},
): Promise<Verification[]> {
  const pacts = files.map((file) => readPact(resolve(PACTS, file)));
  const examples = Object.fromEntries([...replaceable].map(([example, name]) => [name, example]));
  let made: Record<string, string> = examples;
  const known = (text: string) =>
    [...replaceable].reduce((told, [example, name]) => told.replaceAll(example, made[name] ?? example), text);
  const troubles = new Map<string, string>();
  const bringAbout = (state: string) => (params?: unknown) =>
    reach(state, params).catch((error: Error) => {
      troubles.set(state, error.message);
      throw error;
    });
  const reach = async (state: string, params: unknown) => {
    const make = provider.states[state];
    if (!make) throw new Error(`${provider.name} has no state "${state}": add it to its provider-states.ts`);
    await provider.empty();
    made = { ...examples, ...((await make((params ?? {}) as Record<string, string>)) as object) };
    return made;
  };
  const states = pacts.flatMap(({ interactions }) => interactions.flatMap(({ providerStates = [] }) => providerStates));
  const verifier = new Verifier({
    provider: provider.name,
    providerBaseUrl: url,
    pactUrls: files.map((file) => resolve(PACTS, file)),
    logLevel: 'error',
    stateHandlers: Object.fromEntries(states.map(({ name }) => [name, bringAbout(name)])),
    messageProviders: answersOf(provider, pacts, known, distortion),
    requestFilter: (request, _, next) => {
      provider.headers(claimedBy(request.headers)).then((headers) => {
        Object.assign(request.headers, headers);
        next();
      }, next);
    },
  });
  const results = resultsOf(
    await verifier.verifyProvider().then(
      (output) => output,
      (error: Error) => error.message,
    ),
  );
  return pacts.map(({ consumer: { name: consumer }, interactions }) => {
    const failed = results.filter((result) => result.consumer === consumer && result.result !== 'OK');
    const told = (pending: boolean) => failed.filter((each) => each.pending === pending).flatMap(sentences);
    const seen = results.filter((result) => result.consumer === consumer).length;
    const missed =
      seen === interactions.length ? [] : [`${consumer}: ${seen} of ${interactions.length} interactions were verified`];
    const needed = new Set(interactions.flatMap(({ providerStates = [] }) => providerStates.map(({ name }) => name)));
    const unmade = [...troubles]
      .filter(([state]) => needed.has(state))
      .map(([state, why]) => `state "${state}": ${why}`);
    return { consumer, interactions: seen, failures: [...told(false), ...missed, ...unmade], pending: told(true) };
  });
}

interface Result {
  consumer: string;
  description: string;
  pending: boolean;
  result: string;
  mismatch?: {
    type: string;
    message?: string;
    mismatches?: { path?: string; key?: string; mismatch: string; type: string }[];
  };
}

/** What the verifier says of itself, which is JSON unless it did not get so far. */
function resultsOf(output: string): Result[] {
  try {
    return (JSON.parse(output) as { interactionResults: Result[] }).interactionResults;
  } catch (cause) {
    throw new Error(`the verifier ended with: ${output}`, { cause });
  }
}

function sentences({ consumer, description, mismatch }: Result): string[] {
  const about = `${consumer} needs of ${description}`;
  const mismatches = mismatch?.mismatches ?? [];
  if (mismatches.length === 0) return [`${about}: ${mismatch?.message ?? mismatch?.type ?? 'it failed'}`];
  return mismatches.map(({ path, key, mismatch: what, type }) => {
    const field = path ?? key;
    return `${about}: ${field === undefined ? type : `${type} at ${field}`}: ${what}`;
  });
}
