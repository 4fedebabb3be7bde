/** Every service that others have a pact with, and what it brings to have it verified. */
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { catalogProvider } from '../../services/catalog/testing/provider-states.ts';
import { identityProvider } from '../../services/identity/testing/provider-states.ts';
import { inventoryProvider } from '../../services/inventory/testing/provider-states.ts';
import { notificationsProvider } from '../../services/notifications/testing/provider-states.ts';
import { operationsProvider } from '../../services/operations/testing/provider-states.ts';
import { ordersProvider } from '../../services/orders/testing/provider-states.ts';
import { paymentsProvider } from '../../services/payments/testing/provider-states.ts';
import { shippingProvider } from '../../services/shipping/testing/provider-states.ts';

export const providers: Readonly<Record<string, PactProvider>> = {
  catalog: catalogProvider,
  identity: identityProvider,
  inventory: inventoryProvider,
  notifications: notificationsProvider,
  operations: operationsProvider,
  orders: ordersProvider,
  payments: paymentsProvider,
  shipping: shippingProvider,
};
