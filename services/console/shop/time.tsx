import type { Timestamp } from '@bufbuild/protobuf/wkt';

/** A moment as people of this browser write it. */
export function Time({ of, clock = false }: { of: Timestamp | undefined; clock?: boolean }) {
  if (!of) return null;
  const date = new Date(Number(of.seconds) * 1000 + of.nanos / 1e6);
  const text = clock
    ? date.toLocaleTimeString()
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  return <time dateTime={date.toISOString()}>{text}</time>;
}
