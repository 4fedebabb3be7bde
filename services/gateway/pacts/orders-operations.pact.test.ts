import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const operations = forwardLaws('orders', import.meta.url);
const { listSagas, getSaga, resumeSaga, rebuildProjection } = OrdersOperationsService.method;
const role = 'OPERATOR';
const domain = 'orders.tradewind';

const now = timestampFromDate(time);
const parked = {
  id: ids.saga,
  kind: 'checkout',
  orderId: ids.order,
  state: SagaState.PARKED,
  step: 'create shipment',
  problem: 'COUNTRY_NOT_SERVED',
  startTime: now,
  updateTime: now,
};
const request = { sagaId: ids.saga };
const given = 'a checkout that is parked';

operations.answers(listSagas, 'sagas in a state are listed', {
  given,
  role,
  request: { state: SagaState.PARKED },
  answer: { sagas: [parked] },
});
operations.refuses(getSaga, 'a saga nobody knows is refused', {
  given: 'no orders',
  role,
  request: { sagaId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'SAGA_NOT_FOUND', domain, metadata: { saga_id: ids.unknown } },
});
operations.answers(resumeSaga, 'a parked saga goes on', {
  given,
  role,
  request,
  answer: { saga: { ...parked, state: SagaState.RUNNING, problem: '' } },
});
operations.refuses(resumeSaga, 'a saga that is not parked is not resumed', {
  given: 'a checkout that is done',
  role,
  request,
  refusal: {
    ...{ code: Code.FailedPrecondition, reason: 'SAGA_NOT_PARKED', domain },
    metadata: { state: 'completed' },
  },
});
operations.answers(getSaga, 'a saga is told with the moves it made', {
  given,
  role,
  request,
  answer: { saga: { ...parked, moves: [{ step: 'reserve stock', outcome: 'done', time: now }] } },
});
operations.refuses(rebuildProjection, 'a read model nobody knows is refused', {
  given: 'no orders',
  role,
  request: { projection: 'nonsense' },
  refusal: {
    ...{ code: Code.NotFound, reason: 'PROJECTION_NOT_FOUND', domain },
    metadata: { projection: 'nonsense', known: 'order_summary' },
  },
});

operations.settled();
