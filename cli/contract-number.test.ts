import { expect, test } from 'vitest';
import { AdjustStockRequestSchema } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { contractNumber } from './contract-number.ts';

const { delta, productId } = AdjustStockRequestSchema.field;
const read = (text: string) => contractNumber(delta, text, 'a number of pieces');

test.each(['-1000000', '-1', '1', '1000000'])('%s is within the bounds of the contract', (text) => {
  expect(read(text)).toBe(BigInt(text));
});

test.each(['-1000001', '0', '1000001', '10 ', '0x10', '1e3', ''])(
  '%j is refused with the bounds of the contract',
  (text) => {
    expect(() => read(text)).toThrow(
      `“${text}” is not a number of pieces: it must be a whole number from -1000000 to 1000000 except 0.`,
    );
  },
);

test('a field without bounds is the contract’s mistake and not the caller’s', () => {
  expect(() => contractNumber(productId, '1', 'an id')).toThrow('The contract sets no bounds for');
});
