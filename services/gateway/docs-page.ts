/** Shows partners what can be called with plain HTTP: a list of all operations, and a page for each with everything it takes and a form to try it. */
import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { refuseUnknown } from '#chassis/rpc/http-refusal.ts';
import type { HttpHandler, HttpResponse } from '#chassis/rpc/plain-http.ts';
import { html, type Markup, page } from './docs-page-html.ts';
import type { OpenApi, Operation, Parameter } from './rest/openapi.ts';

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Place {
  method: string;
  path: string;
  operation: Operation;
}

export function docsPages(document: OpenApi): Record<string, HttpHandler> {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Place => ({ method: method.toUpperCase(), path, operation })),
  );
  const list = listPage(document, places);
  const pages = new Map(
    places.map((place) => [`/docs/${place.operation.operationId}`, operationPage(document, place)]),
  );
  const asset = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
  const [style, script] = [asset('docs-page.css'), asset('docs-page.js')];
  return {
    '/docs': (_, response) => send(response, 'text/html', list),
    '/docs/style.css': (_, response) => send(response, 'text/css', style),
    '/docs/script.js': (_, response) => send(response, 'text/javascript', script),
    '/docs/*': (request, response) => {
      const found = pages.get((request.url ?? '').split('?', 1)[0] ?? '');
      return found === undefined ? refuseUnknown(request, response) : send(response, 'text/html', found);
    },
  };
}

function send(response: HttpResponse, type: string, text: string): void {
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('referrer-policy', 'no-referrer');
  response.end(text);
}

function listPage({ tags }: OpenApi, places: Place[]): string {
  const sections = tags.map(({ name, description }) => {
    const own = places.filter(({ operation }) => operation.tags[0] === name);
    return html`<section><h2>${name}</h2><p>${description}</p><ul>${own.map(listItem)}</ul></section>`;
  });
  return page(
    'API',
    html`<h1>Tradewind API</h1>
<p>Plain HTTP and JSON. The same as a document: <a href="/openapi.json">OpenAPI</a>, <a href="/openapi.yaml">YAML</a>.
What else is answered here: <a href="/">start</a>.</p>
<p><label for="search">Search</label> <input id="search" type="search" autocomplete="off" aria-describedby="count"> <span id="count" role="status"></span></p>
${sections}`,
  );
}

function listItem({ method, path, operation }: Place): Markup {
  return html`<li><a href="/docs/${operation.operationId}"><b>${method}</b> <code>${path}</code></a>${
    operation.deprecated ? html` <em>deprecated</em>` : ''
  } <span>${operation.summary}</span></li>`;
}

function operationPage(document: OpenApi, place: Place): string {
  const { method, path, operation } = place;
  const { access, roles, timeoutMs, rpc } = operation['x-tradewind'];
  const parameters = operation.parameters.filter(({ in: where }) => where === 'path' || where === 'query');
  const body = Object.entries(operation.requestBody?.content ?? {})[0];
  const answer = operation.responses['200'];
  const [, answered] = Object.entries(answer?.content ?? {})[0] ?? [];
  const who = access === 'public' ? 'anyone' : roles.length > 0 ? roles.join(' or ').toLowerCase() : 'who is signed in';
  return page(
    `${method} ${path}`,
    html`<p><a href="/docs">All operations</a></p>
<h1><b>${method}</b> <code>${path}</code></h1>
${operation.deprecated ? html`<p><em>Deprecated: a later version takes its place.</em></p>` : ''}
<p class="text">${operation.description}</p>
<p>For ${who}. ${timeoutMs > 0 ? `Answered within ${timeoutMs} ms.` : 'Without a deadline.'} As an RPC: <code>${rpc}</code>.</p>
${parameters.length > 0 ? html`<h2>Parameters</h2>${fieldTable(parameters.map(parameterRow))}` : ''}
${body ? html`<h2>Body</h2><p><code>${body[0]}</code></p>${schemaTables(document, body[1].schema)}` : ''}
<h2>Answer</h2>
<p class="text">${answer?.description ?? ''}</p>${answered ? schemaTables(document, answered.schema) : ''}
<h2>Refusals</h2>
<dl>${Object.entries(operation.responses)
      .filter(([status]) => status !== '200')
      .map(([status, { description }]) => html`<dt>${status}</dt><dd class="text">${description}</dd>`)}</dl>
${tryForm(place, parameters, body?.[0], body?.[1].example)}`,
  );
}

type Row = [name: string, type: string, rules: string, meaning: string];

function fieldTable(rows: Row[]): Markup {
  return html`<table><thead><tr><th>name</th><th>type</th><th>rules</th><th>meaning</th></tr></thead><tbody>${rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row"><code>${name}</code></th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function parameterRow({ name = '', in: where = '', required, description = '', schema = {} }: Parameter): Row {
  return [name, `${typeOf(schema)} in the ${where}`, rulesOf(schema, required === true), description];
}

/** A table of the schema's own fields, and one for each schema they lead to. */
function schemaTables({ components }: OpenApi, schema: JsonObject): Markup[] {
  const tables: Markup[] = [];
  const seen = new Set<string>();
  const visit = (each: JsonObject, name: string): void => {
    const title = name === '' ? '' : html`<h3 id="${name}">${name}</h3>`;
    const { properties, required, enum: values, description } = each;
    if (Array.isArray(values)) tables.push(html`${title}<p class="text">${String(description ?? '')}</p>`);
    if (typeof properties !== 'object' || properties === null) return;
    const fields = Object.entries(properties) as [string, JsonObject][];
    const needed = Array.isArray(required) ? required : [];
    const rows = fields.map(
      ([field, of]): Row => [field, typeOf(of), rulesOf(of, needed.includes(field)), String(of.description ?? '')],
    );
    tables.push(html`${title}${fieldTable(rows)}`);
    for (const [, of] of fields) follow(of);
  };
  const follow = (each: JsonObject): void => {
    const name = referredTo(each) ?? (each.items ? referredTo(each.items as JsonObject) : undefined);
    const next = name === undefined ? undefined : components.schemas[name];
    if (name === undefined || next === undefined || seen.has(name)) return;
    seen.add(name);
    visit(next, name);
  };
  if (referredTo(schema)) follow(schema);
  else visit(schema, '');
  return tables;
}

function referredTo({ $ref }: JsonObject): string | undefined {
  return typeof $ref === 'string' ? $ref.replace('#/components/schemas/', '') : undefined;
}

function typeOf(schema: JsonObject): string {
  if (schema.type === 'array') return `list of ${typeOf(schema.items as JsonObject)}`;
  return referredTo(schema) ?? [schema.type, schema.format].filter((part) => part !== undefined).join(', ');
}

const NO_RULES = new Set(['type', 'format', 'description', 'items', '$ref', 'properties', 'additionalProperties']);

function rulesOf(schema: JsonObject, required: boolean): string {
  const own = Object.entries(schema).filter(([name]) => !NO_RULES.has(name));
  return [...(required ? ['required'] : []), ...own.map(([name, value]) => `${name} ${String(value)}`)].join(', ');
}

function tryForm(
  { method, path }: Place,
  parameters: Parameter[],
  type: string | undefined,
  example: JsonValue | undefined,
): Markup {
  const inputs = parameters.map(({ name = '', in: where = '', schema, example: value = '' }) => {
    const isList = schema?.type === 'array';
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return html`<label>${name}${isList ? ', separated by commas' : ''} <input name="${name}" data-in="${isList ? 'list' : where}" value="${text}"></label>`;
  });
  const body = type
    ? html`<label>Body <textarea name="body" rows="8" data-type="${type}">${JSON.stringify(example ?? {}, undefined, 2)}</textarea></label>`
    : '';
  return html`<h2>Try it</h2>
<form data-method="${method}" data-path="${path}">${inputs}${body}
<label>Access token or API key <input name="token" type="password" autocomplete="off"></label>
<button>Send</button></form>
<pre id="outcome" role="status" tabindex="0" aria-label="Answer"></pre>`;
}
