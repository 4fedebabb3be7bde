import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { openers, time } from '#chassis/testing/pact/examples.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { exchangeApiKeys } from './api-keys.ts';

const pact = pactBetween('gateway', 'identity', import.meta.url);

test('an API key is traded for the token it stands for', async () => {
  const given = 'a user who has an API key';
  const answer = { accessToken: 'an-access-token', expireTime: timestampFromDate(time) };
  const token = await pact.call(
    ApiKeysService.method.exchangeApiKey,
    'an API key stands for a token',
    { given, request: { secret: openers.apiKeySecret }, answer },
    (to) => exchangeApiKeys(createClient(ApiKeysService, to))(openers.apiKeySecret),
  );
  expect(token).toBe(answer.accessToken);
});

pact.settled();
