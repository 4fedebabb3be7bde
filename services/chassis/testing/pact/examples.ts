/**
 * The ids examples are told with. Where a provider makes an id itself, its state answers the real one under the same name,
 * and it takes the place of the example before the request is sent.
 */
export const ids = {
  user: '01980000-0000-7000-8000-000000000001',
  product: '01980000-0000-7000-8000-000000000002',
  order: '01980000-0000-7000-8000-000000000003',
  request: '01980000-0000-7000-8000-000000000004',
  reservation: '01980000-0000-7000-8000-000000000005',
  payment: '01980000-0000-7000-8000-000000000006',
  shipment: '01980000-0000-7000-8000-000000000007',
  notification: '01980000-0000-7000-8000-000000000008',
  saga: '01980000-0000-7000-8000-000000000009',
  category: '01980000-0000-7000-8000-00000000000a',
  event: '01980000-0000-7000-8000-00000000000b',
  session: '01980000-0000-7000-8000-00000000000c',
  apiKey: '01980000-0000-7000-8000-00000000000d',
  governed: '01980000-0000-7000-8000-00000000000e',
  /** Known to nobody. */
  unknown: '01980000-0000-7000-8000-0000000000ff',
} as const;

/** Credentials that a provider's state makes. */
export const secrets = { refreshToken: 'a-refresh-token' } as const;

/** What opens something once, or for a program. */
export const openers = { linkToken: 'what-a-mailed-link-holds', apiKeySecret: 'tw_what-a-program-shows' } as const;

export const time = new Date('2026-01-02T03:04:05.678Z');

/** What an interaction is made with: the examples a state replaces, by the name under which it answers them. */
export const replaceable: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...ids, ...secrets, ...openers }).map(([name, example]) => [example, name]),
);
