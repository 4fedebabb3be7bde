import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { services } from '#chassis/local/topology.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { Shop } from '../e2e/shop.fixture.ts';
import { newVisitor, openBrowser } from './chromium.fixture.ts';
import { openConsole } from './console.fixture.ts';
import { brokenInvariants } from './invariants.fixture.ts';
import { orderUntil, orderWithoutMails, parkedSaga, signInAsOperator } from './operator.fixture.ts';
import { PASSWORD } from './shopper.fixture.ts';

describe('an operator, in a browser', { timeout: 90_000 }, () => {
  let shop: Shop;
  let browser: Browser;
  beforeAll(async () => {
    const env = { FAULTS_ALLOWED: '1', OTEL_BSP_SCHEDULE_DELAY: '200', TRACES_PER_SECOND: '100' };
    [shop, browser] = await Promise.all([openConsole({ env }), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  async function operator(path?: string) {
    const visitor = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await signInAsOperator(visitor.page, shop, path);
    return visitor;
  }

  test('sees every service on the map, drawn and as a table, with its instances from near', async () => {
    const { page, complaints } = await operator();
    const names = services.map(({ name }) => name);
    const map = page.getByRole('region', { name: 'Map' });
    for (const name of names) await map.getByRole('button', { name: new RegExp(`^${name}`) }).waitFor();
    await eventually(async () => {
      const rows = await page.getByRole('region', { name: 'Services' }).getByRole('row').allInnerTexts();
      expect(rows.slice(1).map((row) => row.split('\t').slice(0, 2).join(' ').trim())).toEqual(
        names.map((name) => `${name} ready`),
      );
    });
    await map.getByRole('button', { name: /^orders/ }).click();
    await page.getByRole('region', { name: 'Instances of orders' }).getByText('postgres').waitFor();
    expect(page.url()).toContain('service=orders');
    const { violations } = await new AxeBuilder({ page }).withRules('landmark-unique').analyze();
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('reads the whole story of an order on one line, and goes from it to its trace', async () => {
    const orderId = await orderUntil(shop, OrderState.DELIVERED);
    const { page, complaints } = await operator('/operate/orders');
    await page.getByLabel('Order id').fill(orderId);
    await page.getByRole('button', { name: 'Show its story' }).click();
    const story = page.getByRole('list', { name: 'What happened' });
    for (const told of ['OrderConfirmed', 'checkout completed', 'OrdersService/PlaceOrder', 'PaymentAuthorized'])
      await story.getByText(told, { exact: true }).first().waitFor();
    await eventually(
      async () => {
        await page.reload();
        await story.getByText('mail order delivered sent').waitFor({ timeout: 3_000 });
      },
      { timeoutMs: 30_000 },
    );
    expect(await story.getByText('select order').count()).toBe(0);
    await story.getByText('OrdersService/PlaceOrder', { exact: true }).first().click();
    await story.getByRole('link', { name: /^[0-9a-f]{32}$/ }).click();
    await page.getByRole('region', { name: 'Spans' }).getByText('OrdersService/PlaceOrder').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('replays dead letters of an order whose mails could not be written, and sees them sent', async () => {
    const { orderId, mend } = await orderWithoutMails(shop);
    const { page } = await operator('/operate/dead-letters?service=notifications');
    const list = page.getByRole('region', { name: 'Dead letters' });
    await list.getByRole('link', { name: /^OrderConfirmed/ }).click();
    await page.getByText('none_taken').first().waitFor();
    await page.getByRole('region', { name: 'Payload' }).getByText(orderId).waitFor();
    await page.getByRole('region', { name: 'Headers' }).getByText('ce-correlationid').waitFor();
    await mend();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('1 event was sent again').waitFor();
    await page.getByText('It is not among the dead letters any more').waitFor();
    await page.getByRole('link', { name: 'dead letters', exact: true }).click();
    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: 'Replay 2' }).click();
    await page.getByText('None. Every event was handled').waitFor();
    await page.goto(`/operate/orders/${orderId}`);
    const confirmed = page.getByRole('list', { name: 'What happened' }).getByText('mail order confirmed sent');
    await eventually(
      async () => {
        await page.reload();
        await confirmed.waitFor({ timeout: 3_000 });
      },
      { timeoutMs: 30_000 },
    );
  });

  /** An order whose dead letters were discarded. */
  let letGo = '';
  test('discards a dead letter for a reason only', async () => {
    const { orderId, mend } = await orderWithoutMails(shop);
    letGo = orderId;
    await mend();
    const { page } = await operator('/operate/dead-letters');
    await page.getByLabel('Choose all').check();
    await page.getByRole('button', { name: /^Discard/ }).click();
    const dialogue = page.getByRole('dialog');
    await dialogue.getByRole('button', { name: 'Discard' }).click();
    expect(await page.evaluate('document.activeElement.validity.valueMissing')).toBe(true);
    await page.keyboard.press('Escape');
    await dialogue.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^Discard/ }).click();
    await dialogue.getByLabel('Reason').fill('tried out');
    await dialogue.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('3 events were let go.').waitFor();
    await page.getByText('None. Every event was handled').waitFor();
  });

  test('is told that a dead letter is unknown, and offered nothing to do with it', async () => {
    const { page } = await operator('/operate/dead-letters/999999');
    await page.getByText('No dead letter has this number').waitFor();
    for (const name of [/^Replay/, /^Discard/]) expect(await page.getByRole('button', { name }).count()).toBe(0);
  });

  test('is told that too few calls were made to judge a promise', async () => {
    const { page } = await operator('/operate/levels?service=operations&unused=too');
    const row = page.getByRole('region', { name: 'Service levels' }).getByRole('row', { name: 'DiscardDeadLetters' });
    await row.getByText('too few calls').waitFor();
    await page.getByText('kept in memory').waitFor();
  });

  test('sets a fault by its form, sees a call fail of it, and clears it', async () => {
    const { page } = await operator('/operate/faults');
    await page.getByText('Nothing goes wrong on purpose.').waitFor();
    await page.getByLabel('RPC, contract or *').fill('tradewind.catalog.v1.CatalogService/GetProduct');
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByRole('alert').getByText('a fault must do something').waitFor();
    await page.getByLabel('Answered with').selectOption('DATA_LOSS');
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByRole('region', { name: 'Faults that are on' }).getByText('DATA_LOSS').waitFor();

    await page.goto('/operate/contracts/tradewind.catalog.v1.CatalogService/GetProduct');
    await page.getByLabel('product_id').fill(newId());
    const answer = page.getByRole('status', { name: 'Answer' });
    await eventually(
      async () => {
        await page.getByRole('button', { name: 'Call GetProduct' }).click();
        await answer.getByText('DATA_LOSS').waitFor({ timeout: 2_000 });
      },
      { timeoutMs: 30_000 },
    );
    await page.goto('/operate/faults');
    await page.getByRole('button', { name: 'Clear the fault of CatalogService/GetProduct' }).click();
    await page.getByText('Nothing goes wrong on purpose.').waitFor();
  });

  test('resumes a parked saga', async () => {
    const saga = await parkedSaga(shop);
    const { page } = await operator('/operate/sagas');
    await page.getByLabel('State').selectOption('PARKED');
    await page.getByRole('link', { name: `checkout ${saga.slice(-8).toUpperCase()}` }).click();
    await page.getByText('parked by a test').waitFor();
    await page.getByRole('button', { name: 'Resume it' }).click();
    await page.getByText('RUNNING').waitFor();
  });

  test('resumes all that are parked at one press, and is told which could not be', async () => {
    const sagas = [await parkedSaga(shop), await parkedSaga(shop)];
    const { page, context } = await operator('/operate/sagas?state=PARKED');
    const name = (saga: string) => `checkout ${saga.slice(-8).toUpperCase()}`;
    for (const saga of sagas) await page.getByRole('link', { name: name(saga) }).waitFor();
    const resumeSaga = '**/tradewind.orders.v1.OrdersOperationsService/ResumeSaga';
    await context.route(resumeSaga, (route) => route.abort('connectionreset'), { times: 1 });
    await page.getByRole('button', { name: 'Resume all that are parked' }).click();
    await page.getByText('1 of 2 resumed, 1 could not be.').waitFor();
    const left = page.getByRole('list', { name: 'Not resumed' }).getByRole('link');
    const stillParked = await left.textContent();
    expect(sagas.map(name)).toContain(stillParked);
    await page
      .getByRole('region', { name: 'Sagas', exact: true })
      .getByRole('row')
      .nth(2)
      .waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Resume all that are parked' }).click();
    await page.getByText('1 of 1 resumed.').waitFor();
    await page.getByText('No saga is in this state.').waitFor();
  });

  test('follows events as they come, of what they ask for, and can hold still', async () => {
    const { page } = await operator('/operate/events?type=OrderPlaced');
    await page.getByText('Shown as they come.').waitFor();
    const first = await orderUntil(shop, OrderState.CONFIRMED);
    const list = page.getByRole('list', { name: 'Events, newest first' });
    await list.getByText(first, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const second = await orderUntil(shop, OrderState.CONFIRMED);
    await page.getByText('Paused; 1 new since.').waitFor();
    expect(await list.getByText(second, { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await list.getByText(second, { exact: true }).click();
    await list.getByRole('region', { name: 'Payload' }).getByText('"quantity": "1"').waitFor();
    expect(await list.getByText('OrderConfirmed').count()).toBe(0);
  });

  test('finds each version of a contract, and what takes the place of one that is withdrawn', async () => {
    const { page } = await operator('/operate/contracts?name=OrdersService/PlaceOrder');
    const old = page.getByRole('region', { name: 'tradewind.orders.v1.OrdersService' });
    await old.getByText('deprecated', { exact: true }).waitFor();
    await old.getByRole('link', { name: 'tradewind.orders.v2.OrdersService' }).waitFor();
    const present = page.getByRole('region', { name: 'tradewind.orders.v2.OrdersService' });
    expect(await present.getByText('deprecated').count()).toBe(0);
    await present.getByRole('link', { name: 'PlaceOrder' }).click();
    await page.getByRole('button', { name: 'Call PlaceOrder' }).click();
    await page.getByRole('status', { name: 'Answer' }).getByText('INVALID_ARGUMENT').waitFor();
  });

  test('calls an RPC from its contract: field by field, as JSON, and as a stream that is stopped', async () => {
    const { page, complaints } = await operator('/operate/contracts?name=listsagas');
    await page.getByRole('link', { name: 'ListSagas' }).click();
    await page.getByText('Who may call').waitFor();
    await page.getByLabel('state', { exact: true }).selectOption('SAGA_STATE_COMPLETED');
    await page.getByLabel('page_size').fill('1');
    await page.getByRole('button', { name: 'Call ListSagas' }).click();
    const answer = page.getByRole('status', { name: 'Answer' });
    await answer.getByText('"state": "SAGA_STATE_COMPLETED"').waitFor();
    await page.getByText('JSON', { exact: true }).click();
    await page.getByLabel('Request').fill('{"pageSize": 9999}');
    await page.getByRole('button', { name: 'Call ListSagas' }).click();
    await answer.getByText('INVALID_ARGUMENT').waitFor();
    await answer.getByText('page_size').first().waitFor();

    await page.goto('/operate/contracts/tradewind.operations.v1.OperationsService/WatchServiceMap');
    await page.getByRole('button', { name: 'Call WatchServiceMap' }).click();
    await answer.getByText('2 answers').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });

    await page.goto('/operate/contracts/tradewind.orders.v1.OrdersService/PlaceOrder');
    await page.getByRole('button', { name: 'Add to items' }).click();
    await page.getByLabel('product_id').fill(newId());
    await page.getByLabel('quantity').fill('1');
    await page.getByRole('button', { name: 'Fill shipping_address in' }).click();
    for (const [label, text] of [
      ['recipient', 'Ada Lovelace'],
      ['line1', 'Invalidenstr. 117'],
      ['city', 'Berlin'],
      ['postal_code', '10115'],
      ['country_code', 'DE'],
    ] as const)
      await page.getByLabel(label).fill(text);
    await page.getByLabel('payment_token').fill('tok_visa');
    await page.getByRole('button', { name: 'Call PlaceOrder' }).click();
    await answer.getByText('PRODUCT_UNAVAILABLE').waitFor();
    expect(complaints).toEqual([]);
  });

  test('signs a user out everywhere, blocks them and lets them in again, and all of it is on record', async () => {
    const { email } = await shop.shopper();
    const { page } = await operator('/operate/users');
    await page.getByLabel('E-mail, name or id').fill(email);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: email }).click();
    await page.getByRole('button', { name: 'End all of them' }).click();
    await page.getByText('Signed in nowhere.').waitFor();
    for (const [ask, answer, state] of [
      ['Block …', 'Block', 'blocked'],
      ['Let in again …', 'Let in', 'active'],
    ] as const) {
      await page.getByRole('button', { name: ask }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('tried out');
      await page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).click();
      await page.getByText(state, { exact: true }).waitFor();
    }
    await page.goto('/operate/security');
    await page.getByRole('region', { name: 'Security events' }).getByText('user blocked').waitFor();
  });

  test('is told which part of a story is missing, and shown the rest', async () => {
    const orderId = await orderUntil(shop, OrderState.DELIVERED);
    const operations = shop.client(OperationsService, shop.operatorToken);
    await operations.setFault({
      requestId: newId(),
      rpc: 'tradewind.orders.v1.OrdersOperationsService/ListSagas',
      abort: 'DATA_LOSS',
    });
    const { page } = await operator(`/operate/orders/${orderId}`);
    await eventually(
      async () => {
        await page.reload();
        await page.getByText('Not everything could be had').waitFor({ timeout: 3_000 });
      },
      { timeoutMs: 30_000 },
    );
    await page.getByRole('status').getByText('sagas').waitFor();
    await page.getByRole('list', { name: 'What happened' }).getByText('OrderDelivered').first().waitFor();
    await page.goto('/operate/sagas');
    await page.getByRole('alert').getByText('The sagas:').waitFor();
    await operations.clearFaults({});
  });

  test('nobody else is shown these pages', async () => {
    const { email } = await shop.shopper();
    const { page } = await newVisitor(browser, shop.mesh.record.gatewayUrl);
    await page.goto('/operate/dead-letters');
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'For operators' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Operate' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Operate' }).count()).toBe(0);
  });

  test('after all this every invariant holds, but for the mails that an operator let go', {
    timeout: 120_000,
  }, async () => {
    const missing = ['CONFIRMED', 'DELIVERED', 'SHIPPED'].map((kind) =>
      expect.stringContaining(`mail ORDER_${kind} of order ${letGo} was never written`),
    );
    expect((await brokenInvariants(shop)).sort()).toEqual(missing);
  });
});
