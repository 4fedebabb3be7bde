import { getOption, hasOption } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { lifecycle } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { rpcServices } from '../architecture/contracts.ts';
import { services } from './released.fixture.ts';

const deprecated = rpcServices.filter((service) => hasOption(service, lifecycle));

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LEAST_MONTHS = 6;

function monthsLater(day: string, months: number): Date {
  const date = new Date(day);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date;
}

test('there is a service on its way out', () => {
  expect(deprecated.map(({ typeName }) => typeName)).toContain('tradewind.orders.v1.OrdersService');
});

test('a service on its way out stays for at least six months', () => {
  const hasty = deprecated.filter((service) => {
    const { deprecatedSince, sunset } = getOption(service, lifecycle);
    const areDays = DAY.test(deprecatedSince) && DAY.test(sunset);
    return !areDays || !(new Date(sunset) >= monthsLater(deprecatedSince, LEAST_MONTHS));
  });
  expect(hasty.map(String)).toEqual([]);
});

test('what takes its place is served, and has an RPC of the same name and kind for each', () => {
  const missing = deprecated.flatMap((service) => {
    const { successor } = getOption(service, lifecycle);
    const found = rpcServices.find(({ typeName }) => typeName === successor);
    const known = new Set(found?.methods.map(({ name, methodKind }) => `${name} ${methodKind}`));
    return service.methods.filter(({ name, methodKind }) => !known.has(`${name} ${methodKind}`)).map(String);
  });
  expect(missing).toEqual([]);
});

test('what takes its place stays', () => {
  const chained = deprecated.filter((service) => {
    const { successor } = getOption(service, lifecycle);
    return deprecated.some(({ typeName }) => typeName === successor);
  });
  expect(chained.map(String)).toEqual([]);
});

test('the compiler marks what is on its way out, and nothing else', () => {
  const marked = rpcServices.filter(({ deprecated: isMarked }) => isMarked);
  expect(marked.map(String)).toEqual(deprecated.map(String));
});

test('no service of the last release is gone before its day', () => {
  const gone = services.filter((service) => !rpcServices.some(({ typeName }) => typeName === service.typeName));
  const early = gone.filter((service) => {
    const day = hasOption(service, lifecycle) ? getOption(service, lifecycle).sunset : '';
    return !(new Date(day) <= new Date());
  });
  expect(early.map(String)).toEqual([]);
});
