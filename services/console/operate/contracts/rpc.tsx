import type { DescMethod } from '@bufbuild/protobuf';
import { Link, useParams } from 'react-router';
import type { ContractRpc } from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { GetContractsResponse } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import './contracts.css';
import { Page } from '../../app/page.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { CallForm } from './call-form.tsx';
import { DocsContext } from './docs.ts';
import { isOpenToBrowsers, policyFacts } from './policy.ts';
import { methodOf, useContracts, useRegistry } from './use-contracts.ts';

/** One RPC: what it is for, what its contract says of calls, and a form that makes one. */
export function RpcPage() {
  const { contract = '', name = '' } = useParams();
  const asked = useContracts();
  return (
    <Page title={name} tab={`${name}, contracts`}>
      <p className="hint">
        <Link to="/operate/contracts">Contracts</Link> /{' '}
        <Link to={`/operate/contracts?name=${contract}`}>{contract}</Link>
      </p>
      <Loaded of="The contract" asked={asked}>
        {(contracts) => <Shown key={`${contract}/${name}`} contracts={contracts} contract={contract} name={name} />}
      </Loaded>
    </Page>
  );
}

interface ShownProps {
  contracts: GetContractsResponse;
  contract: string;
  name: string;
}

function Shown({ contracts: { descriptorSet, docs, rpcs }, contract, name }: ShownProps) {
  const registry = useRegistry(descriptorSet);
  const method = methodOf(registry, contract, name);
  const rpc = rpcs.find((each) => each.contract === contract && each.name === name);
  if (!method || !rpc) return <Nothing>No contract has such an RPC.</Nothing>;
  return (
    <DocsContext value={docs}>
      <About rpc={rpc} method={method} comment={docs[`${contract}/${name}`] ?? ''} />
      <section className="panel" aria-labelledby="call-title">
        <h2 id="call-title">Call it</h2>
        <Callable rpc={rpc} method={method} />
        <CallForm method={method} registry={registry} />
      </section>
    </DocsContext>
  );
}

function About({ rpc, method, comment }: { rpc: ContractRpc; method: DescMethod; comment: string }) {
  return (
    <section className="panel" aria-label="Contract">
      <p className="comment">{comment.replace(/\s*Reasons:.*$/s, '')}</p>
      {rpc.policy && (
        <Facts
          of={[
            ...policyFacts(rpc.policy, method),
            ['Refuses for', rpc.reasons.join(', ')],
            ['Idempotent', method.idempotency === 0 ? 'no' : 'yes'],
          ]}
        />
      )}
    </section>
  );
}

function Callable({ rpc: { policy }, method }: { rpc: ContractRpc; method: DescMethod }) {
  if (isOpenToBrowsers(policy)) return null;
  return (
    <p className="hint">
      Only other services may call {method.name}: expect the gateway to refuse. What a call looks like is below even so.
    </p>
  );
}
