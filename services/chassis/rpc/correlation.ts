import { newId } from '../ids.ts';

/** Names what belongs together across services: brought by a caller or given by the first service it meets, told in every answer. */
export const CORRELATION_HEADER = 'x-correlation-id';

const WELL_FORMED = /^[\w.:-]{1,128}$/;

/** The correlation id a caller brought, or a new one when it brought none that is fit to be logged and passed on. */
export function correlationId(brought: string | null | undefined): string {
  return brought && WELL_FORMED.test(brought) ? brought : newId();
}
