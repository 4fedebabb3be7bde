/** Reads path templates as `google.api.http` writes them: `/v1/orders/{order_id}:cancel`, `/v1/{name=shelves/*\/books/**}`. */

/** `*` stands for one segment whatever it is, `**` for all that are left, anything else for itself. */
export type Segment = string;

export const ONE = '*';
export const REST = '**';

/** A field that takes its value from the segments `from` up to, not including, `to`; without `to` from all that are left. */
export interface PathVariable {
  field: string;
  from: number;
  to: number | undefined;
}

export interface PathTemplate {
  segments: readonly Segment[];
  /** `cancel`; empty when the path has none. */
  verb: string;
  variables: readonly PathVariable[];
}

/** A slash and a variable, or a slash and a segment. */
const PIECE = /\/(?:\{([a-z][\w.]*)(?:=([^{}]+))?\}|([^/{}:*]+|\*\*?))/y;
const VERB = /^(?::([A-Za-z][\w-]*))?$/;
const PATTERN = /^(?:[^/{}:*]+|\*\*?)(?:\/(?:[^/{}:*]+|\*\*?))*$/;

export function parseTemplate(text: string): PathTemplate {
  const segments: Segment[] = [];
  const variables: PathVariable[] = [];
  let end = 0;
  PIECE.lastIndex = 0;
  for (let piece = PIECE.exec(text); piece; piece = PIECE.exec(text)) {
    end = PIECE.lastIndex;
    const [, field, pattern = ONE, segment] = piece;
    if (field === undefined) {
      segments.push(segment ?? '');
      continue;
    }
    if (!PATTERN.test(pattern)) throw notATemplate(text);
    const from = segments.length;
    segments.push(...pattern.split('/'));
    variables.push({ field, from, to: segments.at(-1) === REST ? undefined : segments.length });
  }
  const verb = VERB.exec(text.slice(end));
  const early = segments.slice(0, -1).includes(REST);
  if (segments.length === 0 || !verb || early) throw notATemplate(text);
  return { segments, verb: verb[1] ?? '', variables };
}

function notATemplate(text: string): Error {
  return new Error(`${text} is no path template: see google/api/http.proto`);
}
