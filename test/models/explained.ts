/**
 * Judges what operations that ran side by side were answered: right is what some order of their moments explains.
 *
 * Linearizability, after Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects" (1990), and searched for as in Wing and Gong,
 * "Testing and verifying concurrent objects" (1993). An operation may have several moments where the contract says that others may come between, such as a payment that
 * is PENDING while its provider is asked.
 */
import fc from 'fast-check';
import { DomainError } from '#chassis/domain-error.ts';

/** A machine that is busy tries fewer histories than it might. */
export const ENOUGH_MS = 12_000;

/** One way a moment may go: the model after it, and the answer when the operation is over. */
export interface Turn<Model> {
  model: Model;
  answer?: string;
}

/** What an operation does to the model at one moment. Several turns mean that the contract leaves it open. */
export type Moment<Model> = (model: Model) => Turn<Model>[];

export interface Operation<Model, Real> {
  name: string;
  moments: readonly Moment<Model>[];
  /** Its answer, or the reason it was refused with. */
  run(real: Real): Promise<string>;
}

export function operation<Model, Real>(
  name: string,
  moments: readonly Moment<Model>[],
  act: (real: Real) => Promise<string>,
): Operation<Model, Real> {
  const run = (real: Real) =>
    act(real).catch((error: unknown) => {
      if (error instanceof DomainError) return error.reason;
      throw error;
    });
  return Object.assign({ name, moments, run }, { [fc.toStringMethod]: () => name });
}

interface Answered<Model> {
  moments: readonly Moment<Model>[];
  answer: string;
}

/** Operations that run side by side. */
type Round<Model, Real> = readonly Operation<Model, Real>[];

/**
 * Up to `most` rounds of up to four operations each; a round of one is an operation by itself. Half of them follow on some of the `prelude`, operations one by one, so
 * that states are met that chance alone seldom leads to.
 */
export function roundsOf<Model, Real>(
  step: fc.Arbitrary<Operation<Model, Real>>,
  most: number,
  prelude: readonly Operation<Model, Real>[],
) {
  const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: most });
  const begun = fc
    .tuple(fc.oneof(fc.constant(prelude.length), fc.nat({ max: prelude.length })), rounds)
    .map(([done, more]) => [...prelude.slice(0, done).map((operation) => [operation]), ...more]);
  return fc.oneof(rounds, begun);
}

/**
 * Runs the rounds one after another, each side by side, and answers the models that are left at the end. Throws when no order explains what a round was answered and
 * what `observe` sees after it.
 */
export async function explain<Model, Real>(
  initial: Model,
  real: Real,
  rounds: readonly Round<Model, Real>[],
  observe: { real(real: Real): Promise<unknown>; model(model: Model): unknown },
): Promise<Model[]> {
  let models = [initial];
  for (const [index, round] of rounds.entries()) {
    const answers = await Promise.all(round.map((operation) => operation.run(real)));
    const answered = round.map(({ moments }, at) => ({ moments, answer: answers[at] ?? '' }));
    const explained = distinct(models.flatMap((model) => explanations(model, answered)));
    const seen = text(await observe.real(real));
    const left = explained.filter((model) => text(observe.model(model)) === seen);
    if (left.length === 0) {
      const told = round.map(({ name }, at) => `${name} → ${answers[at]}`).join('\n  ');
      const before = models.map(text).join('\n  or ');
      const after =
        explained.map((model) => text(observe.model(model))).join('\n  or ') || 'nothing explains the answers';
      throw new Error(
        `Round ${index + 1} is explained by no order:\n  ${told}\nfrom ${before}\nseen ${seen}\nexplained ${after}`,
      );
    }
    models = left;
  }
  return models;
}

/** The models that orders of the operations' moments lead to in which each is answered as it was. */
function explanations<Model>(start: Model, operations: readonly Answered<Model>[]): Model[] {
  const found = new Map<string, Model>();
  const visited = new Set<string>();
  const over = -1;
  const search = (model: Model, progress: readonly number[]): void => {
    const place = `${progress} ${text(model)}`;
    if (visited.has(place)) return;
    visited.add(place);
    if (progress.every((next) => next === over)) found.set(text(model), model);
    for (const [at, next] of progress.entries()) {
      const operation = operations[at];
      for (const turn of operation?.moments[next]?.(model) ?? []) {
        if (turn.answer !== undefined && turn.answer !== operation?.answer) continue;
        search(turn.model, progress.with(at, turn.answer === undefined ? next + 1 : over));
      }
    }
  };
  search(
    start,
    operations.map(() => 0),
  );
  return [...found.values()];
}

function distinct<Model>(models: readonly Model[]): Model[] {
  return [...new Map(models.map((model) => [text(model), model])).values()];
}

const text = (value: unknown): string => fc.stringify(value);
