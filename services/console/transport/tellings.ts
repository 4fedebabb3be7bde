/** What a person is told, and can do, for each reason of the contracts that the console may meet. */
export interface Telling {
  title: string;
  advice: string;
}

const tryAgain = 'Try again; nothing is done twice.';

export const tellings: Readonly<Record<string, Telling>> = {
  EMAIL_TAKEN: {
    title: 'There is an account with this e-mail already',
    advice: 'Sign in instead, or use another e-mail.',
  },
  INVALID_CREDENTIALS: { title: 'E-mail or password is wrong', advice: 'Check both and try again.' },
  TOO_MANY_ATTEMPTS: {
    title: 'Too many failed attempts',
    advice: 'Wait {retry_after_seconds} seconds, then try again.',
  },
  INVALID_REFRESH_TOKEN: { title: 'You were signed out', advice: 'Sign in again; your cart is kept.' },
  TOKEN_REVOKED: { title: 'You were signed out', advice: 'Sign in again; your cart is kept.' },
  REFRESH_TOKEN_REUSED: { title: 'You were signed out for safety', advice: 'Sign in again; your cart is kept.' },
  INVALID_LINK: {
    title: 'This link is no longer good',
    advice: 'It was used, or is older than 30 minutes. Ask for another.',
  },
  SESSION_NOT_FOUND: { title: 'This session is over already', advice: 'There is nothing to do.' },
  API_KEY_NOT_FOUND: { title: 'There is no such API key', advice: 'It may have been revoked already.' },
  TOO_MANY_API_KEYS: {
    title: 'You have as many API keys as one account may have',
    advice: 'Revoke one of the {most} first.',
  },
  USER_BLOCKED: { title: 'This account is blocked', advice: 'Write to those who run the shop.' },
  OWN_ACCOUNT: { title: 'Nobody does this to their own account', advice: 'Ask another operator.' },
  USER_NOT_FOUND: { title: 'There is no such account', advice: 'Sign in again.' },
  USER_ERASED: { title: 'This account was erased', advice: 'Make a new one if you like.' },
  REQUEST_ID_REUSED: { title: 'This was asked for before, in another way', advice: 'Reload the page and begin anew.' },
  PRODUCT_NOT_FOUND: { title: 'There is no such product', advice: 'It may have been taken out. Look for another.' },
  PRODUCT_UNAVAILABLE: {
    title: 'A product in your cart can no longer be bought',
    advice: 'Take it out of your cart, then order the rest.',
  },
  MIXED_CURRENCIES: {
    title: 'The products are priced in different currencies',
    advice: 'Order those of one currency first, then the others.',
  },
  CART_EMPTY: { title: 'Your cart is empty', advice: 'It may have been ordered already: look at your orders.' },
  ORDER_NOT_FOUND: { title: 'There is no such order', advice: 'Look for it among your orders.' },
  NOT_CANCELLABLE: {
    title: 'It is too late to cancel this order',
    advice: 'The carrier has the parcel, or the order has ended.',
  },
  CONCURRENT_CHANGE: { title: 'Something changed at the same moment', advice: tryAgain },
  INVALID_PAGE_TOKEN: { title: 'This page of the list is gone', advice: 'Begin at the first page.' },
  COUNTRY_NOT_SERVED: { title: 'We do not deliver to that country', advice: 'Choose another address.' },
  ADDRESS_INVALID: { title: 'The address cannot be right', advice: 'Check {field}: {problem}.' },
  DEAD_LETTER_NOT_FOUND: { title: 'There is no such dead letter', advice: 'It was replayed or discarded.' },
  TRACE_NOT_FOUND: {
    title: 'None of its spans is kept',
    advice: 'It is too old, was not recorded, or never was.',
  },
  SAGA_NOT_PARKED: { title: 'It is not parked any more', advice: 'It goes on already.' },
  SAGA_NOT_FOUND: { title: 'There is no such saga', advice: 'Look for it among the sagas.' },
  BROKER_AWAY: {
    title: 'The broker cannot be reached',
    advice: 'It is looked for again by itself. What needs no broker is still shown elsewhere.',
  },
  TOO_MANY_WATCHERS: { title: 'Too many watch this already', advice: 'Close it in another tab, then try again.' },
  FAULTS_NOT_ALLOWED: {
    title: 'This mesh does not allow faults',
    advice: 'Start it with npm start -- --allow-faults.',
  },
  RPC_NOT_FOUND: { title: 'No RPC and no contract is called so', advice: 'Choose one of those that are suggested.' },
  FAULT_WITHOUT_EFFECT: { title: 'A fault must do something', advice: 'Let calls wait, or answer them with an error.' },
  OVERLOADED: { title: 'There is too much going on', advice: 'Wait a few seconds, then try again.' },
};
