/** Turns the contracts' money, addresses and moments into ours and back. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AddressSchema } from '#gen/tradewind/type/v1/address_pb.ts';
import type { Money as MoneyMessage, MoneySchema } from '#gen/tradewind/type/v1/money_pb.ts';
import type { Money } from './domain/money.ts';
import type { Address } from './domain/order.ts';

export function toMoney(message: MoneyMessage | undefined): Money {
  if (!message) throw new Error('a message without the money it must name');
  return { units: message.units.toString(), nanos: message.nanos, currency: message.currencyCode };
}

export function fromMoney({ units, nanos, currency }: Money): MessageInitShape<typeof MoneySchema> {
  return { units: BigInt(units), nanos, currencyCode: currency };
}

export function fromAddress(address: Address): MessageInitShape<typeof AddressSchema> {
  return { ...address };
}

export function fromTime(time: string | undefined): Timestamp | undefined {
  return time === undefined ? undefined : timestampFromDate(new Date(time));
}
