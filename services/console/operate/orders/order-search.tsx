import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { formatMoney } from '#chassis/money.ts';
import { OrderPhase } from '#gen/tradewind/orders/v2/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { storyPath } from '../addresses.ts';
import { numberOf } from '../parts/figures.ts';
import { Filter, FilterChoice } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { More } from '../parts/more.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { PHASE_TONES, phaseName, phases } from './phase-names.ts';

const PAGE_SIZE = 50;
const LOOK_AGAIN_MS = 5_000;

/** Finds an order: by its id, or among all of them. */
export function OrderSearch() {
  const [words] = useSearchParams();
  const phase = phases.find((each) => phaseName(each) === words.get('phase')) ?? OrderPhase.UNSPECIFIED;
  const found = useInfiniteQuery(
    OrdersService.method.listOrders,
    { phase, pageSize: PAGE_SIZE, pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: (last) => last.nextPageToken || undefined,
      staleTime: 0,
      refetchInterval: LOOK_AGAIN_MS,
    },
  );
  return (
    <Page title="Orders" tab="Orders, operate">
      <ById />
      <Filter label="Filter orders">
        <FilterChoice
          name="phase"
          label="Phase"
          choices={[['', 'Any'], ...phases.map((each) => [phaseName(each), phaseName(each)] as const)]}
        />
      </Filter>
      <Loaded of="The orders" asked={found}>
        {({ pages }) => {
          const orders = pages.flatMap((page) => page.orders);
          if (orders.length === 0) return <Nothing>There are no such orders.</Nothing>;
          return (
            <Table label="Orders, newest first" heads={['Order', 'Placed', 'Phase', 'Customer', 'Products', '#Total']}>
              {orders.map((order) => (
                <tr key={order.id}>
                  <th scope="row">
                    <Link to={storyPath(order.id)}>{numberOf(order.id)}</Link>
                  </th>
                  <td>
                    <Moment of={order.createTime} />
                  </td>
                  <td>
                    <Tag tone={PHASE_TONES[order.phase] ?? 'plain'}>{phaseName(order.phase)}</Tag>
                  </td>
                  <td>{order.customer?.name ?? ''}</td>
                  <td className="wide">{order.productTitles.join(', ')}</td>
                  <td data-figure>{order.total ? formatMoney(order.total) : '–'}</td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More list={found} />
    </Page>
  );
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function ById() {
  const go = useNavigate();
  const [isWrong, setIsWrong] = useState(false);
  return (
    <search>
      <form
        className="filter"
        aria-label="Find an order"
        onSubmit={(event) => {
          event.preventDefault();
          const id = String(new FormData(event.currentTarget).get('id')).trim().toLowerCase();
          setIsWrong(!ID.test(id));
          if (ID.test(id)) go(storyPath(id));
        }}
      >
        <TextInput
          size="sm"
          name="id"
          className="filter-long"
          label="Order id"
          placeholder="01989f0e-…"
          error={isWrong && 'An id has 36 characters, such as 01989f0e-7b1c-7cc2-a1b2-0123456789ab.'}
        />
        <Button type="submit" size="sm">
          Show its story
        </Button>
      </form>
    </search>
  );
}
