import { create, createFileRegistry, type DescFile, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { contracts } from '../../test/architecture/contracts.ts';
import { contractHash } from './matrix.ts';

/** The contracts of the project with one file changed. */
function withChanged(name: string, change: (file: FileDescriptorProto) => void): DescFile[] {
  const all = new Map<string, DescFile>();
  const add = (file: DescFile) => {
    for (const imported of file.dependencies) add(imported);
    all.set(file.proto.name, file);
  };
  contracts.forEach(add);
  const file = [...all.values()].map(({ proto }) => {
    const copy = fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, proto));
    if (copy.name === name) change(copy);
    return copy;
  });
  return [...createFileRegistry(create(FileDescriptorSetSchema, { file })).files];
}

const MONEY = 'tradewind/type/v1/money.proto';
const firstField = ({ messageType: [message] }: FileDescriptorProto) => {
  const [field] = message?.field ?? [];
  if (!field) throw new Error('the file has no field');
  return field;
};

test('the same contracts have the same hash', () => {
  const same = withChanged(MONEY, () => undefined);
  expect(contractHash('payments', same)).toBe(contractHash('payments'));
});

test.each([
  ['what its contract imports', 'payments'],
  ['what its contract imports through another file', 'orders'],
])('a service has another contract when %s changes', (_, service) => {
  const changed = withChanged(MONEY, (file) => {
    firstField(file).jsonName = 'currency';
  });
  expect(contractHash(service, changed)).not.toBe(contractHash(service));
});

test('a service has the same contract when something changes that it has no part in', () => {
  const changed = withChanged(MONEY, (file) => {
    firstField(file).jsonName = 'currency';
  });
  expect(contractHash('inventory', changed)).toBe(contractHash('inventory'));
});
