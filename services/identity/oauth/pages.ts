/** The pages of the authorization server. They need no script, and say at once what went wrong. */
import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

/** A page with what may come of it: where its forms may lead is part of its security policy. */
export interface Page {
  readonly html: string;
  readonly securityPolicy: string;
}

export function signInPage(told: { client: string; goesTo: string; email?: string; problem?: string }): Page {
  const { client, goesTo, email = '', problem } = told;
  const invalid = problem === undefined ? undefined : html` aria-invalid="true" aria-describedby="problem"`;
  return page(
    problem === undefined ? 'Sign in' : 'Error: sign in',
    html`<h1>Sign in</h1>
<p>to go on to <strong>${client}</strong></p>
${problem === undefined ? undefined : html`<p id="problem" role="alert">${problem}</p>`}
<form method="post">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="username" required${email ? undefined : html` autofocus`}${invalid}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${email ? html` autofocus` : undefined}${invalid}>
<button name="answer" value="sign-in">Sign in</button>
<button name="answer" value="cancel" class="second" formnovalidate>Cancel</button>
</form>`,
    goesTo,
  );
}

export function consentPage({
  client,
  asks,
  goesTo,
}: {
  client: string;
  asks: readonly string[];
  goesTo: string;
}): Page {
  return page(
    `Allow ${client}?`,
    html`<h1>Allow ${client}?</h1>
<p>It asks to</p>
<ul>${asks.map((ask) => html`<li>${ask}</li>`)}</ul>
<form method="post">
<button name="answer" value="allow">Allow</button>
<button name="answer" value="cancel" class="second">Do not allow</button>
</form>`,
    goesTo,
  );
}

export function errorPage(problem: string): Page {
  return page(
    'Error',
    html`<h1>This cannot go on</h1><p role="alert">${problem}</p><p>Go back to where you came from, and try again.</p>`,
  );
}

/** `form` is the library's own, with its protection against forgery. */
export function signOutPage(form: string, goesTo?: string): Page {
  return page(
    'Sign out',
    html`<h1>Sign out?</h1>
<p>Of every program you signed in to with this browser.</p>
${{ html: form }}
<button form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm" class="second">Stay signed in</button>`,
    goesTo,
  );
}

export function signedOutPage(): Page {
  return page('Signed out', html`<h1>You are signed out</h1>`);
}

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0; padding: 1rem; display: grid; min-height: 90vh; place-items: center }
main { width: 100%; max-width: 24rem }
h1 { font-size: 1.6rem; margin: 0 } p { margin: .5rem 0 1rem; overflow-wrap: anywhere }
label { display: block; margin-top: 1rem; font-weight: 600 }
input, button { box-sizing: border-box; width: 100%; min-height: 2.9rem; padding: .5rem .8rem; font: inherit; border: 1px solid GrayText; border-radius: .5rem }
button { margin-top: 1rem; border-color: #0b57d0; background: #0b57d0; color: #fff; font-weight: 600; cursor: pointer }
button.second { border-color: GrayText; background: transparent; color: CanvasText }
:focus-visible { outline: 3px solid #4c8df6; outline-offset: 2px }
[role=alert] { border-left: .3rem solid #c5221f; padding: .4rem .8rem; background: #c5221f22 }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

function page(title: string, body: Html, goesTo?: string): Page {
  const policy = {
    'default-src': "'none'",
    'style-src': `'sha256-${STYLE_HASH}'`,
    // Browsers hold the redirect that answers a form to it as well.
    'form-action': ["'self'", ...(goesTo === undefined ? [] : [sourceOf(goesTo)])].join(' '),
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
  };
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tradewind</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  const securityPolicy = Object.entries(policy).map((rule) => rule.join(' '));
  return { html: document.html, securityPolicy: securityPolicy.join('; ') };
}

/** Where a form may lead, as a security policy writes it. */
function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}
