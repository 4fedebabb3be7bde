import type { GivenClient } from '../app/seed-clients.ts';

/** Our own pages, which run in a browser and hence can keep no secret. They stand at the issuer's address, beside the gateway's other paths. */
export function consoleClient(issuer: string): GivenClient {
  // On one's own machine people write either name.
  const homes = [issuer, ...(issuer.includes('//127.0.0.1:') ? [issuer.replace('127.0.0.1', 'localhost')] : [])];
  return {
    id: 'console',
    kind: 'PUBLIC',
    name: 'Tradewind',
    redirectUris: homes.map((home) => `${home}/signed-in`),
    postLogoutRedirectUris: homes.map((home) => `${home}/`),
    scopes: ['openid', 'profile', 'email', 'offline_access', 'tradewind:all'],
    trusted: true,
  };
}
