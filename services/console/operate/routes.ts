import type { RouteObject } from 'react-router';

/** The operators' pages, each fetched when it is opened. */
export const operateRoutes: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./map/map-page.tsx')).MapPage }) },
  { path: 'orders', lazy: async () => ({ Component: (await import('./orders/order-search.tsx')).OrderSearch }) },
  { path: 'orders/:id', lazy: async () => ({ Component: (await import('./orders/story.tsx')).StoryPage }) },
  { path: 'sagas', lazy: async () => ({ Component: (await import('./sagas/sagas.tsx')).Sagas }) },
  { path: 'sagas/:id', lazy: async () => ({ Component: (await import('./sagas/saga.tsx')).SagaPage }) },
  {
    path: 'dead-letters',
    lazy: async () => ({ Component: (await import('./dead-letters/dead-letters.tsx')).DeadLetters }),
  },
  {
    path: 'dead-letters/:sequence',
    lazy: async () => ({ Component: (await import('./dead-letters/dead-letter.tsx')).DeadLetterPage }),
  },
  { path: 'events', lazy: async () => ({ Component: (await import('./events/events.tsx')).Events }) },
  { path: 'messaging', lazy: async () => ({ Component: (await import('./messaging/messaging.tsx')).Messaging }) },
  { path: 'faults', lazy: async () => ({ Component: (await import('./faults/faults.tsx')).Faults }) },
  { path: 'traces', lazy: async () => ({ Component: (await import('./traces/traces.tsx')).Traces }) },
  { path: 'traces/:id', lazy: async () => ({ Component: (await import('./traces/trace.tsx')).TracePage }) },
  { path: 'levels', lazy: async () => ({ Component: (await import('./levels/levels.tsx')).Levels }) },
  { path: 'users', lazy: async () => ({ Component: (await import('./users/users.tsx')).Users }) },
  { path: 'users/:id', lazy: async () => ({ Component: (await import('./users/user.tsx')).UserPage }) },
  { path: 'security', lazy: async () => ({ Component: (await import('./users/security.tsx')).Security }) },
  { path: 'contracts', lazy: async () => ({ Component: (await import('./contracts/contracts.tsx')).Contracts }) },
  {
    path: 'contracts/:contract/:name',
    lazy: async () => ({ Component: (await import('./contracts/rpc.tsx')).RpcPage }),
  },
  { path: '*', lazy: async () => ({ Component: (await import('../app/not-found.tsx')).NotFound }) },
];
