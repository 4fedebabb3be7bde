/** Answers what operators ask of the mesh. Who asks is an operator: the contract sees to it. */
import { Code, ConnectError } from '@connectrpc/connect';
import { requireUser } from '#chassis/rpc/call.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import type { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import type { readContracts } from '../app/contracts.ts';
import type { deadLetterCases } from '../app/dead-letters.ts';
import type { faultCases } from '../app/faults.ts';

export interface OperationsCases {
  deadLetters: ReturnType<typeof deadLetterCases>;
  faults: ReturnType<typeof faultCases>;
  contracts: typeof readContracts;
}

export function operationsRpc({
  deadLetters,
  faults,
  contracts,
}: OperationsCases): ServiceImpl<typeof OperationsService> {
  const missing = () => {
    throw new ConnectError('not yet', Code.Unimplemented);
  };
  return {
    watchServiceMap: missing,
    getOrderStory: missing,
    listTraces: missing,
    getTrace: missing,
    watchEvents: missing,
    getMessaging: missing,
    getServiceLevels: missing,
    async listDeadLetters({ service, consumer, pageSize, pageToken }) {
      const { page, next } = await deadLetters.list({ service, consumer, after: pageToken, size: pageSize });
      return { deadLetters: page, nextPageToken: next };
    },
    getDeadLetter: ({ sequence }) => deadLetters.find(sequence),
    replayDeadLetters: ({ sequences }, call) => deadLetters.replay(sequences, requireUser(call).id),
    discardDeadLetters: ({ sequences, reason }, call) => deadLetters.discard(sequences, reason, requireUser(call).id),
    listFaults: () => faults.list(),
    setFault: (asked, call) => faults.set(asked, requireUser(call).id),
    clearFaults: ({ ids }, call) => faults.clear(ids, requireUser(call).id),
    getContracts: async () => contracts(),
  };
}
