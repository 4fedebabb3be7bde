/** Every service that others have a pact with, and what it brings to have it verified. Only the one that is verified is loaded. */
import type { PactProvider } from '#chassis/testing/pact/provider.ts';

export const providers: Readonly<Record<string, () => Promise<PactProvider>>> = {
  catalog: async () => (await import('../../services/catalog/testing/provider-states.ts')).catalogProvider,
  identity: async () => (await import('../../services/identity/testing/provider-states.ts')).identityProvider,
  inventory: async () => (await import('../../services/inventory/testing/provider-states.ts')).inventoryProvider,
  notifications: async () =>
    (await import('../../services/notifications/testing/provider-states.ts')).notificationsProvider,
  operations: async () => (await import('../../services/operations/testing/provider-states.ts')).operationsProvider,
  orders: async () => (await import('../../services/orders/testing/provider-states.ts')).ordersProvider,
  payments: async () => (await import('../../services/payments/testing/provider-states.ts')).paymentsProvider,
  shipping: async () => (await import('../../services/shipping/testing/provider-states.ts')).shippingProvider,
};
