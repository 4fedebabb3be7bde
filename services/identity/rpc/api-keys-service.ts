import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { requireUser } from '#chassis/rpc/call.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { type ApiKeySchema, ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import type { createApiKey } from '../app/create-api-key.ts';
import type { exchangeApiKey } from '../app/exchange-api-key.ts';
import type { ApiKey } from '../app/ports.ts';
import type { revokeApiKey } from '../app/revoke-api-key.ts';

export interface ApiKeysUseCases {
  createApiKey: ReturnType<typeof createApiKey>;
  listApiKeys(userId: string): Promise<ApiKey[]>;
  revokeApiKey: ReturnType<typeof revokeApiKey>;
  exchangeApiKey: ReturnType<typeof exchangeApiKey>;
}

/** Maps the contract of API keys to its use cases. */
export function apiKeysService(useCases: ApiKeysUseCases) {
  return implement(ApiKeysService, {
    async createApiKey({ requestId, name, scopes, days }, call) {
      const { id: userId } = requireUser(call);
      const { key, secret } = await useCases.createApiKey({ userId, requestId, name, scopes, days });
      return { apiKey: toMessage(key), secret };
    },
    async listApiKeys(_request, call) {
      return { apiKeys: (await useCases.listApiKeys(requireUser(call).id)).map(toMessage) };
    },
    async revokeApiKey({ apiKeyId }, call) {
      await useCases.revokeApiKey(requireUser(call).id, apiKeyId);
      return {};
    },
    async exchangeApiKey({ secret }) {
      const { token, expireTime } = await useCases.exchangeApiKey(secret);
      return { accessToken: token, expireTime: timestampFromDate(expireTime) };
    },
  });
}

function toMessage({
  scopes,
  createTime,
  expireTime,
  lastUseTime,
  ...key
}: ApiKey): MessageInitShape<typeof ApiKeySchema> {
  return {
    ...key,
    scopes: [...scopes],
    createTime: timestampFromDate(createTime),
    expireTime: timestampFromDate(expireTime),
    ...(lastUseTime && { lastUseTime: timestampFromDate(lastUseTime) }),
  };
}
