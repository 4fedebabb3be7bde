/** Every service that others have a pact with, and what it brings to have it verified. */
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { catalogProvider } from '../../services/catalog/testing/provider-states.ts';
import { inventoryProvider } from '../../services/inventory/testing/provider-states.ts';
import { paymentsProvider } from '../../services/payments/testing/provider-states.ts';
import { shippingProvider } from '../../services/shipping/testing/provider-states.ts';

export const providers: Record<string, PactProvider> = {
  catalog: catalogProvider,
  inventory: inventoryProvider,
  payments: paymentsProvider,
  shipping: shippingProvider,
};
