/** What a client may be allowed to do for a user, as the user is asked. */
export const SCOPES: Readonly<Record<string, string>> = {
  openid: 'know who you are',
  profile: 'see your name',
  email: 'see your e-mail address',
  offline_access: 'stay signed in when you are away',
  'orders:read': 'see your orders',
  'orders:write': 'place and cancel orders for you',
  'catalog:write': 'change the catalogue for you',
  'inventory:write': 'change what is in stock for you',
  'notifications:read': 'see what you were told',
  'tradewind:all': 'do everything that you can do',
};
