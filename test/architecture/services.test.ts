import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DescEnum } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { type ErrorTable, reasonNames } from '#chassis/domain-error.ts';
import { streamOf } from '#chassis/events/subject.ts';
import { contracts } from './contracts.ts';
import { read, root, services, typescript } from './sources.ts';

const errorEnums = new Map<string, DescEnum>(
  contracts
    .flatMap((file) => file.enums)
    .filter((enumeration) => enumeration.name.endsWith('ErrorReason'))
    .map((enumeration) => [enumeration.typeName.split('.')[1] ?? '', enumeration]),
);

function isErrorTable(value: unknown): value is ErrorTable {
  return typeof value === 'object' && value !== null && 'domain' in value && 'rules' in value;
}

async function errorTableOf(service: string): Promise<ErrorTable | undefined> {
  const module: Record<string, unknown> = await import(join(root, `services/${service}/errors.ts`));
  return Object.values(module).find(isErrorTable);
}

describe.each(services)('%s', (service) => {
  const home = `services/${service}`;

  test('tells on one page what it is', () => {
    expect(existsSync(join(root, home, 'README.md'))).toBe(true);
  });

  test('is started by a main of a few lines', () => {
    expect(read(`${home}/main.ts`).split('\n').length).toBeLessThanOrEqual(20);
  });

  test('has the name of its contract, everywhere', () => {
    expect(contracts.map((file) => file.proto.package)).toContain(`tradewind.${service}.v1`);
    const beside = typescript.filter((path) => dirname(path) === home);
    expect(beside.filter((path) => read(path).includes(`name: '${service}'`))).toHaveLength(1);
  });
});

describe.each([...errorEnums])('the errors of %s', (service, enumeration) => {
  test('are told for every reason of its contract, and for no other', async () => {
    const table = await errorTableOf(service);
    expect(Object.keys(table?.rules ?? {}).sort()).toEqual(reasonNames(enumeration).sort());
  });

  test('carry its name', async () => {
    expect((await errorTableOf(service))?.domain).toBe(`${service}.tradewind`);
  });
});

test.each(services)('the stream and the events of %s have its name', (service) => {
  const events = contracts.filter((file) => file.proto.package === `tradewind.${service}.events.v1`);
  const streams = events.flatMap((file) => file.messages.map(streamOf));
  expect(streams.filter((stream) => stream !== service.toUpperCase())).toEqual([]);
});

test('every contract with RPCs has a service of its name', () => {
  const owners = contracts.filter((file) => file.services.length > 0).map((file) => file.proto.package.split('.')[1]);
  expect([...new Set(owners)].sort()).toEqual([...services].sort());
});
