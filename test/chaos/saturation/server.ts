import { createLogger } from '#chassis/log.ts';
import { Health } from '#chassis/rpc/health.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { startTelemetry } from '#chassis/telemetry.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type Work, worker } from './work.ts';

/** A service process under the whole chain, whose calls take the work that the first argument tells, as JSON. One of its RPCs of each priority is called. */
const work = worker(JSON.parse(process.argv[2] ?? '') as Work);
const answer = async () => {
  await work();
  return {};
};
const unused = async () => ({});

await startTelemetry({ service: 'saturated', version: '0' });
const server = createRpcServer({
  routes: [
    implement(InventoryService, {
      reserveStock: answer,
      getAvailability: answer,
      commitReservation: unused,
      releaseReservation: unused,
      adjustStock: unused,
      async *watchStock() {},
    }),
    implement(OrdersOperationsService, {
      listSagas: answer,
      getSaga: unused,
      resumeSaga: unused,
      rebuildProjection: unused,
    }),
  ],
  errors: { domain: 'saturated.tradewind', rules: {} },
  access: [authentication(createTokenVerifier({ meshJwks: '{"keys":[]}' }))],
  log: createLogger({ service: 'saturated', version: '0', level: 'info' }),
  health: new Health([]),
  host: '127.0.0.1',
  grpcPort: 0,
  httpPort: 0,
});
const { grpcPort } = await server.start();
process.on('message', () => process.send?.({ rssMb: process.memoryUsage.rss() / 2 ** 20 }));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: grpcPort });
