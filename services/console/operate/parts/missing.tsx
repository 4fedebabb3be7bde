import { Alert } from '@mantine/core';
import type { MissingPart } from '#gen/tradewind/operations/v1/operations_pb.ts';

/** Names the parts that could not be had; the rest is shown. */
export function Missing({ parts }: { parts: readonly MissingPart[] }) {
  if (parts.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" role="status" title="Not everything could be had" className="notice">
      <ul>
        {parts.map(({ part, reason }) => (
          <li key={`${part} ${reason}`}>
            <strong>{part}</strong>: {REASONS[reason] ?? reason}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  BROKER_AWAY: 'the broker cannot be reached; it is looked for again by itself',
};
