import { useMutation } from '@connectrpc/connect-query';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type SubmitEvent, useRef } from 'react';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { problemOf } from '../../transport/problem.ts';
import { requestIds } from '../../transport/request-ids.ts';
import { useContracts } from '../contracts/use-contracts.ts';

const CODES = [
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
  'UNKNOWN',
  'ABORTED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'INVALID_ARGUMENT',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'CANCELLED',
  'DATA_LOSS',
];

/** Makes some calls wait or fail. A second click sets the same fault, not another. */
export function SetFault({ onSet }: { onSet: () => unknown }) {
  const ids = useRef(requestIds());
  const { data: contracts } = useContracts();
  const set = useMutation(OperationsService.method.setFault, { onSettled: onSet });
  const fields = set.error ? problemOf(set.error).fields : {};
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? '').trim();
    const fault = {
      rpc: text('rpc'),
      service: text('service'),
      caller: text('caller'),
      percent: Number(text('percent')),
      delayMs: Number(text('delay_ms')),
      abort: text('abort'),
      durationSeconds: Math.round(Number(text('minutes')) * 60),
    };
    set.mutate({ ...fault, requestId: ids.current.for(fault) });
  };
  return (
    <section className="panel" aria-labelledby="set-title">
      <h2 id="set-title">Set a fault</h2>
      <form className="fields" onSubmit={send}>
        <TextInput
          size="sm"
          name="rpc"
          label="RPC, contract or *"
          className="fields-wide"
          required
          list="rpcs"
          autoComplete="off"
          placeholder="tradewind.payments.v1.PaymentsService/AuthorizePayment"
          error={fields.rpc}
        />
        <datalist id="rpcs">
          {contracts?.rpcs.map(({ contract, name }) => (
            <option key={`${contract}/${name}`} value={`${contract}/${name}`} />
          ))}
        </datalist>
        <NativeSelect
          size="sm"
          name="abort"
          label="Answered with"
          data={[{ value: '', label: 'as ever' }, ...CODES]}
          error={fields.abort}
        />
        <Figure name="delay_ms" label="Waits, in ms" most={60_000} value={0} />
        <Figure name="percent" label="Calls hit, in %" most={100} value={100} />
        <Figure name="minutes" label="Ends after minutes" most={1440} value={10} />
        <TextInput size="sm" name="caller" label="Only calls of" placeholder="anybody" error={fields.caller} />
        <TextInput size="sm" name="service" label="Only in" placeholder="its own service" error={fields.service} />
        <div className="fields-wide">
          {set.error && <ProblemNotice error={set.error} of="Setting the fault" />}
          <Button type="submit" size="sm" loading={set.isPending}>
            Set it
          </Button>
        </div>
      </form>
    </section>
  );
}

function Figure({ name, label, most, value }: { name: string; label: string; most: number; value: number }) {
  return (
    <TextInput size="sm" type="number" name={name} label={label} min={0} max={most} required defaultValue={value} />
  );
}
