/** Answers what operators ask of the mesh. That an operator asks is the contract's business. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Call, requireUser } from '#chassis/rpc/call.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import type {
  OrderStorySchema,
  OutboxStateSchema,
  ServiceMapSchema,
  StreamStateSchema,
} from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import type { readContracts } from '../app/contracts.ts';
import type { deadLetterCases } from '../app/dead-letters.ts';
import type { faultCases } from '../app/faults.ts';
import type { serviceLevels } from '../app/service-levels.ts';
import type { traceCases } from '../app/traces.ts';
import type { EventFilter, watchEvents } from '../app/watch-events.ts';
import { watchers } from './watchers.ts';

/** A part that is there, or why it is not. */
export type Part<T> = { value: T } | { problem: string };

export interface OperationsCases {
  maps(signal: AbortSignal): AsyncIterable<MessageInitShape<typeof ServiceMapSchema>>;
  story(orderId: string): Promise<MessageInitShape<typeof OrderStorySchema>>;
  traces: ReturnType<typeof traceCases>;
  deadLetters: ReturnType<typeof deadLetterCases>;
  events(filter: EventFilter, signal: AbortSignal): ReturnType<typeof watchEvents>;
  outboxes(): Promise<Part<MessageInitShape<typeof OutboxStateSchema>[]>>;
  streams(): Promise<Part<MessageInitShape<typeof StreamStateSchema>[]>>;
  faults: ReturnType<typeof faultCases>;
  levels: Pick<ReturnType<typeof serviceLevels>, 'list' | 'windowSeconds'>;
  /** Why instances cannot be asked now; undefined when they can. */
  unheard(): Promise<string | undefined>;
  contracts: typeof readContracts;
}

const MOST_WATCHERS = 20;

export function operationsRpc(cases: OperationsCases): ServiceImpl<typeof OperationsService> {
  const { deadLetters, faults, traces, levels } = cases;
  const watched = { map: watchers(MOST_WATCHERS), events: watchers(MOST_WATCHERS) };
  return {
    watchServiceMap: (_, { signal }) => watched.map(() => maps(cases.maps(signal))),
    getOrderStory: async ({ orderId }) => ({ story: await cases.story(orderId) }),
    listTraces: async (filter) => traces.list(filter),
    getTrace: async ({ traceId }) => traces.get(traceId),

    async listDeadLetters({ service, consumer, pageSize, pageToken }) {
      const { page, next } = await deadLetters.list({ service, consumer, after: pageToken, size: pageSize });
      return { deadLetters: page, nextPageToken: next };
    },
    getDeadLetter: ({ sequence }) => deadLetters.find(sequence),
    replayDeadLetters: ({ sequences }, call) => deadLetters.replay(sequences, operatorOf(call)),
    discardDeadLetters: ({ sequences, reason }, call) => deadLetters.discard(sequences, reason, operatorOf(call)),

    watchEvents: (filter, { signal }) => watched.events(() => cases.events(filter, signal)),
    async getMessaging() {
      const [outboxes, streams] = await Promise.all([cases.outboxes(), cases.streams()]);
      return {
        outboxes: 'value' in outboxes ? outboxes.value : [],
        streams: 'value' in streams ? streams.value : [],
        missingParts: [...missing('outboxes', outboxes), ...missing('streams', streams)],
      };
    },

    listFaults: () => faults.list(),
    setFault: (asked, call) => faults.set(asked, operatorOf(call)),
    clearFaults: ({ ids }, call) => faults.clear(ids, operatorOf(call)),

    async getServiceLevels({ service, includeUnused }) {
      const problem = await cases.unheard();
      return {
        levels: levels.list(service, includeUnused),
        windowSeconds: levels.windowSeconds(),
        missingParts: problem === undefined ? [] : [{ part: 'instances', reason: problem }],
      };
    },
    getContracts: async () => cases.contracts(),
  };
}

async function* maps(each: AsyncIterable<MessageInitShape<typeof ServiceMapSchema>>) {
  for await (const map of each) yield { map };
}

const operatorOf = (call: Call): string => requireUser(call).id;

function missing(part: string, given: Part<unknown>) {
  return 'problem' in given ? [{ part, reason: given.problem }] : [];
}
