import { text } from 'node:stream/consumers';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { DomainError } from '#chassis/domain-error.ts';
import type { HttpHandler, HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';
import type { Credentials } from '../app/check-credentials.ts';
import type { Account } from '../app/ports.ts';
import { SCOPES } from '../domain/oauth-scopes.ts';
import { identityErrors } from '../errors.ts';
import { consentPage, errorPage, type Page, signInPage } from './pages.ts';
import { answerPage } from './send-page.ts';

export interface InteractionDeps {
  provider: Provider;
  check(credentials: Credentials): Promise<Account>;
  issuer: string;
  addressOf(request: HttpRequest): string | undefined;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const MOST_BYTES = 16_384;
const DENIED: InteractionResults = { error: 'access_denied', error_description: 'the user did not allow it' };

/**
 * Asks users who they are and what they allow: the two pages between a client's request and its answer. Which request a page belongs to is told by a cookie that
 * only this page's address gets; a form that another site sends comes without it.
 */
export function interaction(deps: InteractionDeps): HttpHandler {
  return async (request, response) => {
    try {
      const asked = await deps.provider.interactionDetails(request, response);
      if (request.method === 'GET') return answerPage(response, 200, await pageFor(deps.provider, asked));
      if (request.method !== 'POST') return answerPage(response, 405, errorPage('This page takes forms only.'));
      if (!isOwnForm(request, deps.issuer))
        return answerPage(response, 403, errorPage('This form came from another site.'));
      const form = await formOf(request);
      if (!form) return answerPage(response, 413, errorPage('This form is too long.'));
      await answer(deps, asked, form, request, response);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      answerPage(response, 400, errorPage('This sign-in has expired, or was begun in another browser.'));
    }
  };
}

/** Browsers say where a form comes from. What is no browser need not. */
function isOwnForm({ headers }: HttpRequest, issuer: string): boolean {
  const site = headers['sec-fetch-site'] ?? 'same-origin';
  return site === 'same-origin' && (headers.origin ?? issuer) === issuer;
}

async function formOf(request: HttpRequest): Promise<URLSearchParams | undefined> {
  if (Number(request.headers['content-length'] ?? Number.NaN) <= MOST_BYTES)
    return new URLSearchParams(await text(request));
  request.resume();
  return undefined;
}

async function pageFor(
  provider: Provider,
  { prompt, params }: Interaction,
  email = '',
  problem?: string,
): Promise<Page> {
  const found = await provider.Client.find(String(params.client_id));
  const client = found?.clientName ?? String(params.client_id);
  const goesTo = String(params.redirect_uri);
  if (prompt.name === 'login') return signInPage({ client, goesTo, email, ...(problem && { problem }) });
  const asks = missingScopes(prompt).map((scope) => SCOPES[scope] ?? scope);
  return consentPage({ client, goesTo, asks: asks.length > 0 ? asks : ['go on as before'] });
}

function missingScopes({ details }: Interaction['prompt']): string[] {
  return Array.isArray(details.missingOIDCScope) ? details.missingOIDCScope.map(String) : [];
}

async function answer(
  deps: InteractionDeps,
  asked: Interaction,
  form: URLSearchParams,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const { provider } = deps;
  const finish = (result: InteractionResults, isFirst: boolean) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: !isFirst });
  if (form.get('answer') === 'cancel') return finish(DENIED, true);
  if (asked.prompt.name === 'consent') return finish({ consent: { grantId: await allow(provider, asked) } }, false);
  // PostgreSQL takes no text with a zero in it.
  const email = (form.get('email') ?? '').replaceAll('\0', '');
  try {
    const credentials = { email, password: form.get('password') ?? '', address: deps.addressOf(request) };
    const { user } = await deps.check(credentials);
    await finish({ login: { accountId: user.id, amr: ['pwd'] } }, true);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const wait = error.metadata.retry_after_seconds;
    if (wait !== undefined) response.setHeader('retry-after', wait);
    const page = await pageFor(provider, asked, email, sentenceOf(error));
    answerPage(response, wait === undefined ? 400 : 429, page);
  }
}

/** Adds to what the client may already do what the user was just asked for. */
async function allow(provider: Provider, { grantId, session, params, prompt }: Interaction): Promise<string> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const accountId = session?.accountId;
  if (accountId === undefined) throw new errors.SessionNotFound('nobody is signed in');
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(missingScopes(prompt).join(' '));
  return grant.save();
}

/** The same words that Login answers with. */
function sentenceOf({ reason, metadata }: DomainError): string {
  const rules: Record<string, { message: string }> = identityErrors.rules;
  const message = rules[reason]?.message ?? 'this did not work';
  const told = message.replace(/\{(\w+)\}/g, (_, name: string) => metadata[name] ?? '');
  return `${told.charAt(0).toUpperCase()}${told.slice(1)}.`;
}
