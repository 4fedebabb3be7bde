import type { Page } from 'playwright-core';
import { eventually } from '#chassis/testing/eventually.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { orderWithoutMails, signInAsOperator } from './operator.fixture.ts';
import type { ShownPage } from './pages.fixture.ts';

/** Every page of the operators, in a mesh that delivered an order and could not write its mails. They are visited in this order by one visitor, who signs in first. */
export async function operatePagesOf(shop: Shop): Promise<ShownPage[]> {
  const { orderId, mend } = await orderWithoutMails(shop);
  await mend();
  const operations = shop.client(OperationsService, shop.operatorToken);
  const { deadLetters } = await operations.listDeadLetters({});
  const { sagas } = await shop.client(OrdersOperationsService, shop.operatorToken).listSagas({ orderId });
  const traceId = await eventually(
    async () => {
      const { traces } = await operations.listTraces({ name: 'PlaceOrder' });
      const [newest] = traces;
      if (!newest) throw new Error('the trace is not there yet');
      return newest.traceId;
    },
    { timeoutMs: 20_000 },
  );
  const at = (name: string, path: string, see: (page: Page) => { waitFor(): Promise<void> }): ShownPage => ({
    name,
    open: async (page) => {
      await page.goto(path);
      await see(page).waitFor();
    },
  });
  return [
    {
      name: 'operate-map',
      open: async (page) => {
        await signInAsOperator(page, shop, '/operate?service=orders');
        await page.getByRole('region', { name: 'Instances of orders' }).waitFor();
        await page.getByRole('heading', { name: 'Events on their way' }).waitFor();
      },
    },
    at('operate-orders', '/operate/orders', (page) => page.getByRole('region', { name: 'Orders, newest first' })),
    at('operate-story', `/operate/orders/${orderId}`, (page) => page.getByText('checkout completed')),
    at('operate-sagas', '/operate/sagas', (page) => page.getByRole('region', { name: 'Sagas' })),
    at('operate-saga', `/operate/sagas/${sagas[0]?.id}`, (page) => page.getByRole('region', { name: 'Moves' })),
    at('operate-dead-letters', '/operate/dead-letters', (page) => page.getByRole('region', { name: 'Dead letters' })),
    at('operate-dead-letter', `/operate/dead-letters/${deadLetters[0]?.sequence}`, (page) =>
      page.getByRole('region', { name: 'Payload' }),
    ),
    {
      name: 'operate-events',
      open: async (page) => {
        await page.goto('/operate/events');
        await page.getByRole('list', { name: 'Events, newest first' }).getByText('OrderDelivered').first().click();
        await page.getByRole('region', { name: 'Payload' }).first().waitFor();
      },
    },
    at('operate-messaging', '/operate/messaging', (page) => page.getByRole('region', { name: 'Consumers' }).first()),
    at('operate-traces', '/operate/traces', (page) => page.getByRole('region', { name: 'Traces, newest first' })),
    at('operate-trace', `/operate/traces/${traceId}`, (page) => page.getByRole('region', { name: 'Spans' })),
    at('operate-levels', '/operate/levels', (page) => page.getByRole('region', { name: 'Service levels' })),
    at('operate-faults', '/operate/faults', (page) =>
      page.getByText('This mesh does not allow faults').or(page.getByRole('heading', { name: 'Set a fault' })),
    ),
    at('operate-users', '/operate/users', (page) => page.getByRole('region', { name: 'Users, newest first' })),
    {
      name: 'operate-user',
      open: async (page) => {
        await page.goto('/operate/users');
        await page.getByRole('region', { name: 'Users' }).getByRole('link').first().click();
        await page.getByRole('region', { name: 'Open sessions' }).waitFor();
      },
    },
    at('operate-security', '/operate/security', (page) => page.getByRole('heading', { level: 1, name: 'Security' })),
    at('operate-contracts', '/operate/contracts', (page) => page.getByRole('link', { name: 'PlaceOrder' }).first()),
    {
      name: 'operate-rpc',
      open: async (page) => {
        await page.goto('/operate/contracts/tradewind.orders.v1.OrdersService/ListOrders');
        await page.getByLabel('page_size').fill('1');
        await page.getByRole('button', { name: 'Call ListOrders' }).click();
        await page.getByRole('region', { name: 'Answer 1' }).waitFor();
      },
    },
  ];
}
