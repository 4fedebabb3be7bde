/** Faults as a request brings them: `delay=200ms;percent=50;rpc=…`, several separated by commas. */
import { durationMs } from './duration.ts';
import { codeNames, codeOf, type Fault, LONGEST_DELAY_MS } from './fault.ts';

export const FAULT_HEADER = 'x-tradewind-fault';

/** A fault that nobody can make sense of. Its message says what would do. */
export class BadFault extends Error {}

/** The longest header that is read. */
const LONGEST = 1_000;
const NAME = /^[\w.*/-]{1,200}$/;

/** Reads the faults of a header. Throws BadFault when it is not one. */
export function readFaults(text: string): Fault[] {
  if (text.length > LONGEST) throw new BadFault(`it is longer than ${LONGEST} characters`);
  return text.split(',').map(readFault);
}

function readFault(text: string): Fault {
  let fault: Fault = { rpc: '*', percent: 100 };
  for (const part of text.split(';')) {
    const [key = '', value = ''] = part.split('=', 2).map((each) => each.trim());
    const read = READERS[key];
    if (!read) throw new BadFault(`“${key}” is none of ${Object.keys(READERS).join(', ')}`);
    fault = { ...fault, ...read(value) };
  }
  if (fault.delayMs === undefined && fault.abort === undefined) throw new BadFault('it says neither delay nor abort');
  return fault;
}

const READERS: Readonly<Record<string, (value: string) => Partial<Fault>>> = {
  delay(value) {
    const delayMs = durationMs(value);
    if (delayMs !== undefined && delayMs <= LONGEST_DELAY_MS) return { delayMs };
    throw new BadFault(`“${value}” is no delay: it is such as 200ms or 2s, and 60s at most`);
  },
  abort(value) {
    const abort = codeOf(value);
    if (abort !== undefined) return { abort };
    throw new BadFault(`“${value}” is no code: it is one of ${codeNames.join(', ')}`);
  },
  percent(value) {
    const percent = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (percent >= 1 && percent <= 100) return { percent };
    throw new BadFault(`“${value}” is no percentage: it is a whole number from 1 to 100`);
  },
  rpc: (value) => ({ rpc: name(value) }),
  service: (value) => ({ service: name(value) }),
  caller: (value) => ({ caller: name(value) }),
};

function name(value: string): string {
  if (NAME.test(value)) return value;
  throw new BadFault(`“${value}” is no name`);
}
