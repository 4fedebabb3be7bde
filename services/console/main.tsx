import { createClient } from '@connectrpc/connect';
import { TransportProvider } from '@connectrpc/connect-query';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import '@mantine/core/styles.css';
import 'virtual:theme.css';
import './app/console.css';
import './shop/shop.css';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { createQueries } from './app/queries.ts';
import { createPages } from './app/router.tsx';
import { theme } from './app/theme.ts';
import { createSession } from './session/session.ts';
import { SessionContext } from './session/use-session.ts';
import { mergeCarts } from './shop/cart/merge-carts.ts';
import { guestTransport, userTransport } from './transport/transport.ts';

const session = createSession(createClient(IdentityService, guestTransport));
const transport = userTransport(session);
const queries = createQueries();
mergeCarts(session, transport, queries);

createRoot(document.getElementById('root') as HTMLElement).render(
  // The variables are in the style sheet, and no component uses what Mantine would write into style elements.
  <MantineProvider
    theme={theme}
    defaultColorScheme="auto"
    colorSchemeManager={localStorageColorSchemeManager({ key: 'tradewind.colours' })}
    withCssVariables={false}
    withGlobalClasses={false}
  >
    <SessionContext value={session}>
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={createPages()} />
        </QueryClientProvider>
      </TransportProvider>
    </SessionContext>
  </MantineProvider>,
);
