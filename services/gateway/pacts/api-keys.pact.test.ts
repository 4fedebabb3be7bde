import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const keys = forwardLaws('identity', import.meta.url);
const { createApiKey, listApiKeys, revokeApiKey } = ApiKeysService.method;
const role = 'SHOPPER';
const given = 'a user who has an API key';
const apiKey = {
  id: ids.apiKey,
  name: 'Warehouse sheet',
  hint: 'tw_abcde',
  scopes: ['orders:read'],
  createTime: timestampFromDate(time),
  expireTime: timestampFromDate(time),
};

keys.answers(createApiKey, 'a user makes an API key', {
  given: 'a registered user',
  role,
  request: { requestId: ids.request, name: apiKey.name, scopes: apiKey.scopes },
  answer: { apiKey, secret: 'tw_a-secret' },
});
keys.answers(listApiKeys, 'a user is told of their API keys', {
  given,
  role,
  request: {},
  answer: { apiKeys: [apiKey] },
});
keys.answers(revokeApiKey, 'a user ends an API key', { given, role, request: { apiKeyId: ids.apiKey }, answer: {} });
keys.refuses(revokeApiKey, 'an API key nobody knows is not ended', {
  given,
  role,
  request: { apiKeyId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'API_KEY_NOT_FOUND', domain: 'identity.tradewind' },
});
keys.settled();
