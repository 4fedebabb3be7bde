import { createBrowserRouter, type RouteObject } from 'react-router';
import { operateRoutes } from '../operate/routes.ts';
import { Home } from '../shop/catalogue/home.tsx';
import { Broken } from './broken.tsx';
import { OperatorsOnly } from './operators-only.tsx';
import { Shell } from './shell.tsx';
import { SignedInOnly } from './signed-in-only.tsx';

/** Every page but the first is fetched when it is wanted. */
const pages: RouteObject[] = [
  { index: true, Component: Home },
  { path: 'browse', lazy: async () => ({ Component: (await import('../shop/catalogue/browse.tsx')).Browse }) },
  {
    path: 'products/:id',
    lazy: async () => ({ Component: (await import('../shop/catalogue/product.tsx')).ProductPage }),
  },
  { path: 'cart', lazy: async () => ({ Component: (await import('../shop/cart/cart.tsx')).CartPage }) },
  { path: 'sign-in', lazy: async () => ({ Component: (await import('../shop/account/sign-in.tsx')).SignIn }) },
  { path: 'sign-up', lazy: async () => ({ Component: (await import('../shop/account/sign-up.tsx')).SignUp }) },
  {
    path: 'forgot-password',
    lazy: async () => ({ Component: (await import('../shop/account/forgot-password.tsx')).ForgotPassword }),
  },
  {
    path: 'reset-password',
    lazy: async () => ({ Component: (await import('../shop/account/reset-password.tsx')).ResetPassword }),
  },
  {
    path: 'confirm-email',
    lazy: async () => ({ Component: (await import('../shop/account/confirm-email.tsx')).ConfirmEmail }),
  },
  {
    Component: SignedInOnly,
    children: [
      { path: 'checkout', lazy: async () => ({ Component: (await import('../shop/checkout/checkout.tsx')).Checkout }) },
      { path: 'orders', lazy: async () => ({ Component: (await import('../shop/order/orders.tsx')).Orders }) },
      { path: 'orders/:id', lazy: async () => ({ Component: (await import('../shop/order/order.tsx')).OrderPage }) },
      { path: 'profile', lazy: async () => ({ Component: (await import('../shop/account/profile.tsx')).Profile }) },
    ],
  },
  {
    path: 'operate',
    Component: OperatorsOnly,
    children: [
      {
        lazy: async () => ({ Component: (await import('../operate/operate.tsx')).Operate }),
        children: operateRoutes,
      },
    ],
  },
  { path: '*', lazy: async () => ({ Component: (await import('./not-found.tsx')).NotFound }) },
];

/** Shown while the code of the first page is fetched. */
function Nothing() {
  return null;
}

export function createPages(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([{ Component: Shell, ErrorBoundary: Broken, HydrateFallback: Nothing, children: pages }]);
}
