/** Tells the changes that break somebody in a way a failing test can show. */
import type { Change } from './judged.ts';

const SHOWN = 6;

export function breaking(changes: readonly Change[]): Change[] {
  return changes.filter(({ breaks }) => breaks.length > 0);
}

/** One paragraph: the element, what breaks, and who is affected. */
export function told({ element, says, breaks, affected }: Change): string {
  const who = (
    [
      ['callers', affected.callers],
      ['consumers', affected.consumers],
      ['read models', affected.readModels],
      ['pacts', affected.pacts],
      ['as', affected.through],
    ] as const
  ).filter(([, names]) => names.length > 0);
  const known = who.length > 0 ? who : [['affects', ['nobody we know of']] as const];
  return [
    `${element.kind} ${element.name} ${says}`,
    `  breaks: ${breaks.join(', ')}`,
    ...known.map(([role, names]) => `  ${role}: ${few(names)}`),
  ].join('\n');
}

export function few(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${rest} more` : names.join(', ');
}
