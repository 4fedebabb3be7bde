/** The name of a value of a generated enum, or its number when this version does not know it. */
export function nameOf(values: Record<string, number>, value: number): string {
  return Object.keys(values).find((name) => values[name] === value) ?? String(value);
}
