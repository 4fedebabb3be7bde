import type { JsonObject } from '@bufbuild/protobuf';

const id = (last: string) => `01980000-0000-7000-8000-0000000000${last}`;

const address = {
  recipient: 'Ada Lovelace',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};
const byOrder = { orderId: id('0d') };
const bySaga = { sagaId: id('5a') };
const page = { pageSize: 20, pageToken: 'bmV4dA' };

const orders: Record<string, JsonObject> = {
  GetCart: {},
  SetCartItem: { productId: id('1a'), quantity: '2' },
  GetOrder: byOrder,
  BatchGetOrders: { orderIds: [id('0d'), id('0e')] },
  CancelOrder: byOrder,
  WatchOrder: byOrder,
  GetOrderHistory: byOrder,
  GetOrderAsOf: { ...byOrder, time: '2026-11-20T09:30:00Z' },
};
const placed = { requestId: id('01'), shippingAddress: address, paymentToken: 'tok_visa' };
const bought = [{ productId: id('1a'), quantity: '2' }];

/** A request of each RPC that has a path, in JSON: what the documentation shows, and what the tests send. */
export const examples: Readonly<Record<string, JsonObject>> = {
  ...within('tradewind.catalog.v1.CatalogService', {
    GetProduct: { productId: id('1a') },
    BatchGetProducts: { productIds: [id('1a'), id('1b')] },
    ListProducts: { ...page, category: 'Outdoor/Tents' },
    SearchProducts: { query: 'tea & kettle', brands: ['Acme', 'Löwe'], category: 'Kitchen', ...page },
    UpsertProduct: {
      requestId: id('02'),
      product: {
        sku: 'KETTLE-1',
        title: 'Kettle',
        price: { currencyCode: 'EUR', units: '49', nanos: 900_000_000 },
        imageUrls: ['https://example.com/kettle.jpg'],
        state: 'PRODUCT_STATE_PUBLISHED',
      },
    },
    ImportProducts: { header: { format: 'IMPORT_FORMAT_CSV', defaultCurrency: 'EUR' } },
  }),
  ...within('tradewind.identity.v1.AccountService', {
    RequestPasswordReset: { email: 'ada@example.com' },
    ResetPassword: { token: 'what-the-mailed-link-holds', newPassword: 'another correct horse' },
    ChangePassword: { password: 'correct horse battery', newPassword: 'another correct horse' },
    RequestEmailChange: { password: 'correct horse battery', newEmail: 'ada@example.org' },
    ConfirmEmailChange: { token: 'what-the-mailed-link-holds' },
  }),
  ...within('tradewind.identity.v1.ApiKeysService', {
    CreateApiKey: { requestId: id('04'), name: 'Warehouse sheet', scopes: ['orders:read'], days: 30 },
    ListApiKeys: {},
    RevokeApiKey: { apiKeyId: id('ae') },
  }),
  ...within('tradewind.identity.v1.IdentityOperationsService', {
    ListUsers: { query: 'ada', ...page },
    SetRoles: { userId: id('aa'), roles: ['ROLE_SHOPPER', 'ROLE_MERCHANT'] },
    ListUserSessions: { userId: id('aa') },
    RevokeUserSessions: { userId: id('aa') },
    BlockUser: { userId: id('aa'), reason: 'Card testing' },
    UnblockUser: { userId: id('aa'), reason: 'It was a mistake' },
    ListSecurityEvents: { severity: 'SECURITY_SEVERITY_HIGH', ...page },
  }),
  ...within('tradewind.identity.v1.SessionsService', {
    ListSessions: {},
    RevokeSession: { sessionId: id('5e') },
    RevokeOtherSessions: {},
  }),
  ...within('tradewind.identity.v1.IdentityService', {
    Register: {
      requestId: id('03'),
      email: 'ada@example.com',
      password: 'correct horse battery',
      displayName: 'Ada Lovelace',
    },
    Login: { email: 'ada@example.com', password: 'correct horse battery' },
    RefreshToken: { refreshToken: 'the-refresh-token-of-before' },
    Logout: { refreshToken: 'the-refresh-token-of-before' },
    GetUser: { userId: id('aa') },
    UpdateProfile: { displayName: 'Countess Lovelace' },
    ExportMyData: {},
    EraseMe: {},
  }),
  ...within('tradewind.inventory.v1.InventoryService', {
    GetAvailability: { productIds: [id('1a'), id('1b')] },
    AdjustStock: { requestId: id('04'), productId: id('1a'), warehouse: 'main', delta: '25', lowThreshold: '5' },
    WatchStock: { productIds: [id('1a')] },
  }),
  ...within('tradewind.notifications.v1.NotificationsService', {
    ListNotifications: page,
    UpdatePreferences: { preferences: { mutedKinds: ['NOTIFICATION_KIND_ORDER_SHIPPED'] } },
    GetDelivery: { notificationId: id('ee') },
  }),
  ...within('tradewind.orders.v1.OrdersService', {
    ...orders,
    PlaceOrder: { ...placed, items: bought },
    ListOrders: { ...page, state: 'ORDER_STATE_CONFIRMED' },
  }),
  ...within('tradewind.orders.v2.OrdersService', {
    ...orders,
    PlaceOrder: { ...placed, lines: bought },
    ListOrders: { ...page, phase: 'ORDER_PHASE_CONFIRMED' },
  }),
  ...within('tradewind.orders.v1.OrdersOperationsService', {
    ListSagas: { ...page, state: 'SAGA_STATE_PARKED' },
    GetSaga: bySaga,
    ResumeSaga: bySaga,
    RebuildProjection: { projection: 'order-summary' },
  }),
  ...within('tradewind.shipping.v1.ShippingService', {
    QuoteShipping: { address, weightGrams: '1800', currencyCode: 'EUR' },
    ValidateAddress: { address },
  }),
  ...within('tradewind.operations.v1.OperationsService', {
    WatchServiceMap: {},
    GetOrderStory: byOrder,
    ListTraces: { service: 'orders', errorsOnly: true, minDurationMs: 12.5, pageSize: 20 },
    GetTrace: { traceId: '0af7651916cd43dd8448eb211c80319c' },
    ListDeadLetters: { service: 'notifications', pageSize: 20 },
    GetDeadLetter: { sequence: '42' },
    ReplayDeadLetters: { sequences: ['42', '43'] },
    DiscardDeadLetters: { sequences: ['42'], reason: 'the order was only a test' },
    WatchEvents: { aggregateId: id('0d'), last: 20 },
    GetMessaging: {},
    ListFaults: {},
    SetFault: {
      requestId: id('05'),
      rpc: 'tradewind.catalog.v1.CatalogService/GetProduct',
      percent: 50,
      delayMs: 200,
      durationSeconds: 60,
    },
    ClearFaults: {},
    GetServiceLevels: { service: 'orders' },
    GetContracts: {},
  }),
  ...within('tradewind.gateway.v1.GatewayService', { GetOrderPage: byOrder }),
};

function within(service: string, requests: Record<string, JsonObject>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(requests).map(([rpc, request]) => [`${service}/${rpc}`, request]));
}
