/** The composition root of operations: ties the broker, the instances that answer and the traces that come in to what operators ask. */
import { ConfigError } from '#chassis/config.ts';
import { deadLetters } from '#chassis/events/dead-letter.ts';
import { openFlags } from '#chassis/faults/flag.ts';
import { allEvents } from '#chassis/local/all-events.ts';
import { rpcNames } from '#chassis/local/topology.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { readContracts } from './app/contracts.ts';
import { deadLetterCases } from './app/dead-letters.ts';
import { faultCases } from './app/faults.ts';
import { linkBroker } from './broker/broker-link.ts';
import { payloadReader } from './broker/payload-json.ts';
import { operationsConfig } from './config.ts';
import { operationsErrors } from './errors.ts';
import { operationsRpc } from './rpc/operations-rpc.ts';

export const operations: ServiceDefinition<typeof operationsConfig> = {
  name: 'operations',
  config: operationsConfig,
  errors: operationsErrors,
  async build({ config, log }) {
    if (!config.NATS_URL) throw new ConfigError('Bad configuration: NATS_URL is not set. It must be a nats URL.');
    const link = linkBroker({ url: config.NATS_URL, service: 'operations', log });
    const payloadJson = payloadReader(await allEvents());
    const known = new Set(rpcNames);
    const cases = {
      deadLetters: deadLetterCases({ letters: async () => deadLetters(await link.broker()), payloadJson, log }),
      faults: faultCases({
        allowed: config.FAULTS_ALLOWED === '1',
        isKnown: (rpc) => known.has(rpc),
        use: (work) => link.use(async (connection) => work(await openFlags(connection))),
        log,
      }),
      contracts: readContracts,
    };
    return {
      routes: [implement(OperationsService, operationsRpc(cases))],
      background: [{ name: 'broker link', start: () => link }],
    };
  },
};
