import { newRequestId } from './request-id.ts';

/** The `request_id` of attempts: the same as long as the same is asked, so that a second click or a repeat does nothing twice; a new one once something else is asked. */
export function requestIds(): { for(asked: unknown): string } {
  let last: { print: string; id: string } | undefined;
  return {
    for(asked) {
      const print = JSON.stringify(asked, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      if (last?.print !== print) last = { print, id: newRequestId() };
      return last.id;
    },
  };
}
