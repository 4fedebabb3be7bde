import { useEffect, useRef } from 'react';

/** Reads anew each time the version of what is shown grows. */
export function useRefetch(version: bigint, again: () => unknown): void {
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    again();
  }, [version, again]);
}
