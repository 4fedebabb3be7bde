/** Lets an operator look at events that could not be handled, send them again, or let them go: as `tradewind dlq` does. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '#chassis/domain-error.ts';
import type { DeadLetter, DeadLetters } from '#chassis/events/dead-letter.ts';
import type { Logger } from '#chassis/log.ts';

export interface DeadLetterTools {
  letters(): Promise<DeadLetters>;
  payloadJson(type: string, payload: Uint8Array): string;
  log: Logger;
}

const DEFAULT_PAGE = 50;
const MOST_RAW_BYTES = 4096;

export function deadLetterCases({ letters, payloadJson, log }: DeadLetterTools) {
  /** Does something with each of them in order; tells those that were there from those that were not. */
  async function each(sequences: readonly bigint[], act: (tools: DeadLetters, sequence: number) => Promise<boolean>) {
    const tools = await letters();
    const done: bigint[] = [];
    const gone: bigint[] = [];
    for (const sequence of sequences) ((await act(tools, Number(sequence))) ? done : gone).push(sequence);
    return { done, gone };
  }

  return {
    async list(filter: { service: string; consumer: string; after: string; size: number }) {
      const { service, consumer, after, size } = filter;
      const wanted = { ...(service && { service }), ...(consumer && { consumer }) };
      const found: DeadLetter[] = [];
      const most = size || DEFAULT_PAGE;
      for await (const letter of (await letters()).list(wanted)) {
        if (letter.sequence > Number(after)) found.push(letter);
        if (found.length > most) break;
      }
      const page = found.slice(0, most);
      return { page: page.map(summaryOf), next: found.length > most ? String(page.at(-1)?.sequence) : '' };
    },

    async find(sequence: bigint) {
      const found = await (await letters()).find(Number(sequence));
      if (!found) throw new DomainError('DEAD_LETTER_NOT_FOUND', { sequence: String(sequence) });
      const payload = payloadJson(found.type, found.payload);
      return {
        deadLetter: summaryOf(found),
        headers: found.headers,
        payloadJson: payload,
        rawPayload: payload === '' ? found.payload.slice(0, MOST_RAW_BYTES) : new Uint8Array(),
      };
    },

    async replay(sequences: readonly bigint[], operator: string) {
      const { done, gone } = await each(sequences, (tools, sequence) => tools.replay(sequence));
      if (done.length > 0) log.warn({ operator, dead_letters: done.map(String) }, 'dead letters replayed');
      return { replayed: done, gone };
    },

    async discard(sequences: readonly bigint[], reason: string, operator: string) {
      const { done, gone } = await each(sequences, async (tools, sequence) => {
        const found = await tools.find(sequence);
        if (!found || !(await tools.discard(sequence))) return false;
        const { id, type, subject, service, consumer } = found;
        const letter = { sequence, id, type, subject, service, consumer };
        log.warn({ operator, reason, dead_letter: letter }, 'dead letter discarded');
        return true;
      });
      return { discarded: done, gone };
    },
  };
}

function summaryOf(letter: DeadLetter) {
  return {
    sequence: BigInt(letter.sequence),
    eventId: letter.id,
    type: letter.type,
    aggregateId: letter.subject,
    service: letter.service,
    consumer: letter.consumer,
    error: letter.error,
    attempts: letter.attempts,
    time: timestampFromDate(letter.time),
  };
}
