import type { Outcome } from './saturate.ts';

/** What waits is bounded, and so is memory. */
const MOST_MB = 600;

/** What a server owes its callers however much it is offered and however slow its machine is: where it did not keep to it, a line each. */
export function brokenPromises({ rssMb, byPriority }: Outcome): string[] {
  const refused = (priority: string) => {
    const kind = byPriority[priority];
    return kind ? kind.refused / Math.max(1, kind.answered + kind.refused + kind.late) : 0;
  };
  const broken: string[] = [];
  for (const [priority, { refused, hinted }] of Object.entries(byPriority))
    if (hinted < refused)
      broken.push(`${refused - hinted} of ${refused} ${priority} calls refused without a hint when to come again`);
  for (const other of ['CRITICAL', 'NORMAL'])
    if (refused(other) > refused('BACKGROUND'))
      broken.push(`a larger share of ${other} calls refused than of BACKGROUND calls`);
  if (rssMb > MOST_MB) broken.push(`${rssMb.toFixed(0)} MB of memory, ${MOST_MB} at most`);
  return broken;
}
