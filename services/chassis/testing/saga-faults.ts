/**
 * Finds what a saga forgets: fails every step before and after its effect, refuses every step, and runs every do and undo twice. The test
 * says what must hold afterwards.
 */
import { type AnySaga, type AnyStep, StepRefused } from '../saga/define.ts';
import { withSteps } from './memory-sagas.ts';

export interface Fault {
  /** A claim, such as `reserve stock fails after its effect`. */
  name: string;
  step: string;
  /** Whether the step can never succeed, so that what was done must be undone (or, after the pivot, the saga is parked). */
  permanent: boolean;
  /** The saga with the fault built in. Each call builds a fresh one. */
  of(saga: AnySaga): AnySaga;
}

type Do = AnyStep['do'];

/** Throws once, then works. */
function onceBefore(act: Do): Do {
  let failed = false;
  return async (context) => {
    if (!failed) {
      failed = true;
      throw new Error('fault before the effect');
    }
    return (await act(context)) ?? {};
  };
}

/** Works, but the first answer is lost. */
function onceAfter(act: Do): Do {
  let failed = false;
  return async (context) => {
    const result = await act(context);
    if (!failed) {
      failed = true;
      throw new Error('fault after the effect');
    }
    return result ?? {};
  };
}

const twice =
  (act: Do): Do =>
  async (context) => {
    await act(context);
    return (await act(context)) ?? {};
  };

const refuse =
  (reason: string): Do =>
  async () => {
    throw new StepRefused(reason);
  };

/** Works, the answer is lost, and from then on the step is refused: what it did must still be undone. */
function refuseAfterEffect(act: Do, reason: string): Do {
  let ran = false;
  return async (context) => {
    if (ran) throw new StepRefused(reason);
    ran = true;
    await act(context);
    throw new Error('fault after the effect');
  };
}

/** Every fault of one step. `reason` is what refusals name. */
function faultsOf(step: AnyStep, reason: string): Fault[] {
  const fault = (name: string, permanent: boolean, change: (step: AnyStep) => AnyStep): Fault => ({
    name: `${step.name} ${name}`,
    step: step.name,
    permanent,
    of: (saga) => withSteps(saga, (each) => (each.name === step.name ? change(each) : each)),
  });
  const faults = [
    fault('fails before its effect', false, (each) => ({ ...each, do: onceBefore(each.do) })),
    fault('fails after its effect', false, (each) => ({ ...each, do: onceAfter(each.do) })),
    fault('runs twice', false, (each) => ({ ...each, do: twice(each.do) })),
    fault('is refused', true, (each) => ({ ...each, do: refuse(reason) })),
  ];
  // A pivot decides by itself and remembers: it never refuses what it once did.
  if (step.pivot) return faults;
  return [
    ...faults,
    fault('is refused after a lost answer', true, (each) => ({ ...each, do: refuseAfterEffect(each.do, reason) })),
  ];
}

/** Every fault of every step. */
export function sagaFaults(saga: AnySaga, reason: string): Fault[] {
  return saga.steps.flatMap((step) => faultsOf(step, reason));
}

/** The saga with every undo failing once before and once after its effect, and running twice. */
export function withFaultyUndos(saga: AnySaga): AnySaga {
  return withSteps(saga, (step) => {
    const { undo } = step;
    return undo ? { ...step, undo: onceBefore(onceAfter(twice(undo))) } : step;
  });
}
