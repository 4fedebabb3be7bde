import { Code } from '@connectrpc/connect';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const shipping = forwardLaws('shipping', import.meta.url);
const { quoteShipping, validateAddress } = ShippingService.method;
const given = 'no shipments';
const address = {
  recipient: 'Ada Lovelace',
  line1: 'Unter den Linden 1',
  city: 'Berlin',
  postalCode: '10117',
  countryCode: 'DE',
};
const nowhere = { ...address, countryCode: 'AQ' };
const price = { units: 4n, nanos: 900_000_000, currencyCode: 'EUR' };

shipping.answers(quoteShipping, 'prices to an address are told', {
  given,
  request: { address, weightGrams: 2100n, currencyCode: 'EUR' },
  answer: { quotes: [{ serviceLevel: 'standard', price, minDays: 1, maxDays: 3 }] },
});
shipping.refuses(quoteShipping, 'a country not served has no price', {
  given,
  request: { address: nowhere, weightGrams: 2100n, currencyCode: 'EUR' },
  refusal: {
    ...{ code: Code.FailedPrecondition, reason: 'COUNTRY_NOT_SERVED', domain: 'shipping.tradewind' },
    metadata: { country_code: 'AQ' },
  },
});
shipping.answers(validateAddress, 'what is wrong with an address is told', {
  given,
  request: { address: nowhere },
  answer: { problems: [{ field: 'country_code', problem: 'nothing is sent there' }] },
});

shipping.settled();
