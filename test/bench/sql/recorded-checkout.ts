/** Finds, in a log of statements, those that one checkout issued, and gives them back with ids of a checkout that never was. */
import { newId } from '#chassis/ids.ts';
import type { LoggedStatement } from './statement-log.ts';

/** Statements that belong together: one alone, or a transaction. */
export interface Unit {
  database: string;
  statements: Template[];
}

interface Template {
  text: string;
  prepared: boolean;
  /** Each parameter as text between ids; null is SQL's null. */
  params: (readonly Piece[] | null)[];
}

type Piece = string | { id: number };

export interface RecordedCheckout {
  units: Unit[];
  statements: number;
  /** How many ids a checkout has of its own. */
  ids: number;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * `idle` is a log of the same mesh doing nothing, `log` one with a single checkout in it. A statement is the checkout's when it names an id that idleness does
 * not; what runs by the clock or for many at once (sweeps, the relay's reads and marks) is left out, though a checkout shares in its cost. `known` are ids that
 * stay, such as those of products.
 */
export function recordedCheckout(
  idle: readonly LoggedStatement[],
  log: readonly LoggedStatement[],
  known: ReadonlySet<string>,
): RecordedCheckout {
  const background = new Set(idle.flatMap(idsIn));
  const numbers = new Map<string, number>();
  const numberOf = (id: string) => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  const template = ({ text, prepared, params }: LoggedStatement): Template => ({
    text,
    prepared,
    params: params.map((param) =>
      param === null ? null : piecesOf(param, (id) => (known.has(id) ? undefined : numberOf(id))),
    ),
  });
  const units = unitsOf(log)
    .filter((unit) => unit.some((statement) => idsIn(statement).some((id) => !background.has(id))))
    .map((unit) => ({ database: unit[0]?.database ?? '', statements: unit.map(template) }));
  return { units, statements: units.flatMap((unit) => unit.statements).length, ids: numbers.size };
}

/** The parameters of a statement for a checkout with these ids. */
export function filledIn(template: Template, ids: readonly string[]): (string | null)[] {
  return template.params.map(
    (pieces) => pieces?.map((piece) => (typeof piece === 'string' ? piece : ids[piece.id])).join('') ?? null,
  );
}

export function freshIds({ ids }: RecordedCheckout): string[] {
  return Array.from({ length: ids }, newId);
}

function idsIn({ params }: LoggedStatement): string[] {
  return params.flatMap((param) => param?.match(UUID) ?? []);
}

function piecesOf(text: string, numberOf: (id: string) => number | undefined): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(UUID)) {
    const number = numberOf(match[0]);
    if (number === undefined) continue;
    pieces.push(text.slice(end, match.index), { id: number });
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** Groups what a session issued between `begin` and `commit`; a group stands where its first statement did. */
function unitsOf(log: readonly LoggedStatement[]): LoggedStatement[][] {
  const units: LoggedStatement[][] = [];
  const open = new Map<string, LoggedStatement[]>();
  for (const statement of log) {
    const unit = open.get(statement.session);
    if (unit) {
      unit.push(statement);
      if (/^\s*(commit|rollback)\b/i.test(statement.text)) open.delete(statement.session);
      continue;
    }
    const begun = [statement];
    if (/^\s*begin\b/i.test(statement.text)) open.set(statement.session, begun);
    units.push(begun);
  }
  return units;
}
