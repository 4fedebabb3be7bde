import { Link, useSearchParams } from 'react-router';
import type { Lifecycle } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { ContractRpc } from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { GetContractsResponse } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import './contracts.css';
import { Page } from '../../app/page.tsx';
import { rpcPath } from '../addresses.ts';
import { lastName } from '../parts/figures.ts';
import { Filter, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Tag } from '../parts/tag.tsx';
import { firstSentence } from './docs.ts';
import { endOf, whoMayCall } from './policy.ts';
import { useContracts, useRegistry } from './use-contracts.ts';

/** Every RPC of the mesh, by contract: the way to its page. */
export function Contracts() {
  const asked = useContracts();
  const [words] = useSearchParams();
  return (
    <Page title="Contracts">
      <Filter label="Filter RPCs">
        <FilterText name="name" label="Name contains" hint="PlaceOrder" />
      </Filter>
      <Loaded of="The contracts" asked={asked}>
        {(contracts) => <Listed contracts={contracts} wanted={(words.get('name') ?? '').toLowerCase()} />}
      </Loaded>
    </Page>
  );
}

function Listed({ contracts, wanted }: { contracts: GetContractsResponse; wanted: string }) {
  const { rpcs, docs, descriptorSet } = contracts;
  const registry = useRegistry(descriptorSet);
  const found = rpcs.filter(({ contract, name }) => `${contract}/${name}`.toLowerCase().includes(wanted));
  if (found.length === 0) return <Nothing>No RPC is called so.</Nothing>;
  return (
    <>
      <p className="hint">
        {found.length} of {rpcs.length} RPCs. Each has a form that calls it, as you.
      </p>
      {[...Map.groupBy(found, ({ contract }) => contract)].map(([name, own]) => (
        <Contract key={name} name={name} rpcs={own} docs={docs} end={endOf(registry.getService(name))} />
      ))}
    </>
  );
}

interface ContractProps {
  name: string;
  rpcs: readonly ContractRpc[];
  docs: Readonly<Record<string, string>>;
  end: Lifecycle | undefined;
}

function Contract({ name, rpcs, docs, end }: ContractProps) {
  return (
    <section className="panel contract" aria-labelledby={name}>
      <h2 id={name}>
        {lastName(name)} <small>{name}</small> {end && <Tag tone="few">deprecated</Tag>}
      </h2>
      {end && (
        <p className="hint">
          Deprecated since {end.deprecatedSince}, gone from {end.sunset}; use{' '}
          <a href={`#${end.successor}`}>{end.successor}</a>.
        </p>
      )}
      <p className="hint">{firstSentence(docs[name] ?? '')}</p>
      <ul>
        {rpcs.map((rpc) => (
          <li key={rpc.name}>
            <Link to={rpcPath(`${rpc.contract}/${rpc.name}`)}>{rpc.name}</Link>
            <Tag>{whoMayCall(rpc.policy)}</Tag>
            <span>{firstSentence(docs[`${rpc.contract}/${rpc.name}`] ?? '')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
