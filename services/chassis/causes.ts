const MOST = 5;

/** A failure, what caused it, what caused that, and so on: five at most, since errors may name each other in a circle. */
export function causesOf(failure: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let at = failure; at !== undefined && causes.length < MOST; at = at instanceof Error ? at.cause : undefined)
    causes.push(at);
  return causes;
}
