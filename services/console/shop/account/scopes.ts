import { CreateApiKeyRequestSchema } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { choicesOf } from './rules.ts';

/** What an API key may be allowed, by the contract. */
export const scopes: readonly string[] = choicesOf(CreateApiKeyRequestSchema.field.scopes);

const WORDS: Readonly<Record<string, string>> = {
  'orders:read': 'See your cart and your orders',
  'orders:write': 'Fill your cart, order and cancel',
  'catalog:write': 'Change products, where you may',
  'inventory:write': 'Change what is in stock, where you may',
  'notifications:read': 'See the mails you were sent',
};

/** What a scope allows, in words. */
export const scopeWords = (scope: string): string => WORDS[scope] ?? scope;
