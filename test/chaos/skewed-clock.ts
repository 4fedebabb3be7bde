/**
 * Loaded before a service's own code (`node --import`) it makes that process's clock wrong by CLOCK_SKEW_MS: every date it makes, not only those of the clock it hands
 * to its parts. Timers go on as they are, as those of a machine with a wrong clock do. Nothing of this is in the services themselves.
 */
const skew = Number(process.env.CLOCK_SKEW_MS ?? 0);
const RightDate = Date;

/** A date of now is wrong; a date somebody names is that date. */
class SkewedDate extends RightDate {
  constructor(...given: [] | [number]) {
    super(...((given.length === 0 ? [SkewedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return RightDate.now() + skew;
  }
}

if (skew !== 0) globalThis.Date = SkewedDate as DateConstructor;
