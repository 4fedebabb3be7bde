const MS_OF: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A length of time as people write it, `200ms`, `2s`, `10m` or `1h`, in milliseconds. Undefined when the text is none. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (MS_OF[unit ?? ''] ?? 0);
}

/** The same time in the largest unit that says it exactly. */
export function durationText(ms: number): string {
  const unit = ['h', 'm', 's'].find((each) => ms > 0 && ms % (MS_OF[each] ?? 1) === 0) ?? 'ms';
  return `${ms / (MS_OF[unit] ?? 1)}${unit}`;
}
