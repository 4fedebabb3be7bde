/** Tells how events flow: outboxes by what instances tell, streams and consumers by what the broker does. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import type { OutboxStateSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { sumOf } from './growth.ts';

/** The instance that publishes looks at the outbox; the others tell what they last saw of it, which may be nothing. So the most of all is what waits. */
export function outboxes(answers: readonly InstanceAnswer[]): MessageInitShape<typeof OutboxStateSchema>[] {
  const withOutbox = answers.filter(({ values }) => values.tradewind_outbox_lag_rows !== undefined);
  return [...Map.groupBy(withOutbox, ({ service }) => service)].map(([service, instances]) => {
    const most = (name: string) => Math.max(...instances.map((answer) => sumOf(answer, name)));
    const sum = (name: string) => instances.reduce((all, answer) => all + sumOf(answer, name), 0);
    return {
      service,
      pending: BigInt(most('tradewind_outbox_lag_rows')),
      oldestSeconds: most('tradewind_outbox_lag_seconds'),
      published: BigInt(sum('tradewind_outbox_published_total')),
      refused: BigInt(sum('tradewind_outbox_dead_total')),
    };
  });
}
