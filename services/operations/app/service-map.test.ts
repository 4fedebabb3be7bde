import { expect, test } from 'vitest';
import { instanceTold } from './growth.fixture.ts';
import { serviceMap } from './service-map.ts';

test('streams count among the calls and leave the latency alone, of services and of the ways between them', () => {
  const calls = [
    ['tradewind.operations.v1.OperationsService/GetMessaging', 'OK', 20, 5],
    ['tradewind.operations.v1.OperationsService/WatchServiceMap', 'OK', 20, 9000],
  ] as const;
  const map = serviceMap(
    {
      before: { time: 0, answers: [instanceTold('gateway', {}), instanceTold('operations', {})] },
      after: {
        time: 10_000,
        answers: [
          instanceTold('gateway', { served: calls, made: calls }),
          instanceTold('operations', { served: calls }),
        ],
      },
    },
    [],
  );
  const figures = [
    ...['gateway', 'operations'].map((name) => map.services?.find((each) => each.name === name)),
    map.calls?.[0],
  ];
  for (const each of figures) {
    expect(each).toMatchObject({ callsPerSecond: 4 });
    expect(each?.p95Ms).toBeLessThanOrEqual(10);
  }
});
