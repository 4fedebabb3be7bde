import { ONE, type PathTemplate, parseTemplate, REST } from './path-template.ts';

/** What a path and a method lead to. `allowed` are the methods that some template has for the path. */
export type Match<T> =
  | { kind: 'found'; value: T; variables: ReadonlyMap<string, string> }
  | { kind: 'other method'; allowed: readonly string[] }
  | { kind: 'malformed' }
  | { kind: 'unknown' };

interface Entry<T> {
  value: T;
  template: PathTemplate;
}

interface Node<T> {
  children: Map<string, Node<T>>;
  /** By verb, then by method. */
  entries: Map<string, Map<string, Entry<T>>>;
}

export interface PathTable<T> {
  /** Throws when the same requests already lead elsewhere. */
  add(method: string, template: string, value: T): void;
  /** `path` is as it was sent: without query, not decoded. */
  find(method: string, path: string): Match<T>;
}

/**
 * Leads from paths to what they stand for. A literal goes before `*`, and that before `**`; templates that can only be told apart by their method stand side by side.
 * A path is split before it is decoded, and decoded once: an encoded slash is part of a value, and an encoded colon begins no verb.
 */
export function createPathTable<T>(): PathTable<T> {
  const root = emptyNode<T>();
  return {
    add(method, text, value) {
      const template = parseTemplate(text);
      let node = root;
      for (const segment of template.segments) {
        const next = node.children.get(segment) ?? emptyNode<T>();
        node.children.set(segment, next);
        node = next;
      }
      const methods = node.entries.get(template.verb) ?? new Map<string, Entry<T>>();
      node.entries.set(template.verb, methods);
      if (methods.has(method)) throw new Error(`${method} ${text} leads to two places`);
      methods.set(method, { value, template });
    },
    find(method, path) {
      const asked = readPath(path);
      if (asked === 'malformed') return { kind: 'malformed' };
      if (asked === undefined) return { kind: 'unknown' };
      const allowed = new Set<string>();
      for (const { entries } of nodesFor(root, asked.decoded, 0)) {
        const methods = entries.get(asked.verb);
        const entry = methods?.get(method);
        if (entry) return { kind: 'found', value: entry.value, variables: variablesOf(entry.template, asked) };
        for (const other of methods?.keys() ?? []) allowed.add(other);
      }
      return allowed.size > 0 ? { kind: 'other method', allowed: [...allowed] } : { kind: 'unknown' };
    },
  };
}

function emptyNode<T>(): Node<T> {
  return { children: new Map(), entries: new Map() };
}

interface AskedPath {
  raw: readonly string[];
  decoded: readonly string[];
  verb: string;
}

/** Undefined for a path that no template can have: with an empty segment, as at a slash in the end. */
function readPath(path: string): AskedPath | 'malformed' | undefined {
  const [before, ...raw] = path.split('/');
  const last = raw.pop();
  if (before !== '' || last === undefined) return undefined;
  const colon = last.lastIndexOf(':');
  raw.push(colon < 0 ? last : last.slice(0, colon));
  if (raw.includes('') || last.endsWith(':')) return undefined;
  try {
    return { raw, decoded: raw.map(decodeURIComponent), verb: colon < 0 ? '' : last.slice(colon + 1) };
  } catch {
    return 'malformed';
  }
}

/** Where a path may end, the most particular first. */
function* nodesFor<T>(node: Node<T>, segments: readonly string[], at: number): Iterable<Node<T>> {
  const segment = segments[at];
  if (segment === undefined) yield node;
  else {
    // A segment that is sent as `*` is no wildcard.
    const literal = segment === ONE || segment === REST ? undefined : node.children.get(segment);
    const one = node.children.get(ONE);
    if (literal) yield* nodesFor(literal, segments, at + 1);
    if (one) yield* nodesFor(one, segments, at + 1);
  }
  const rest = node.children.get(REST);
  if (rest) yield rest;
}

function variablesOf({ variables }: PathTemplate, { raw, decoded }: AskedPath): ReadonlyMap<string, string> {
  return new Map(
    variables.map(({ field, from, to }) => {
      if (to === from + 1) return [field, decoded[from] ?? ''];
      return [field, raw.slice(from, to).map(decodeKeepingSlashes).join('/')];
    }),
  );
}

/** Of several segments an encoded slash stays as it was sent, so that it can be told from those between them. */
function decodeKeepingSlashes(segment: string): string {
  return segment
    .split(/(%2f)/i)
    .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
    .join('');
}
