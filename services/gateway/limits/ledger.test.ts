import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';

const HOUR = 3_600_000;
const BEGIN = 500_000 * HOUR;
const limit = { perSecond: 10, burst: 20, perHour: 1_000 };
const ledger = (given: Partial<typeof limit> = {}, most = 100) => createLedger(() => ({ ...limit, ...given }), most);

/** How many of `calls` calls are let through when they are spread evenly over `ms` milliseconds. */
function admitted(book: ReturnType<typeof ledger>, calls: number, ms: number, from = BEGIN, caller = 'a'): number {
  const verdicts = Array.from({ length: calls }, (_, index) => book.take(caller, from + (index * ms) / calls));
  return verdicts.filter(({ refused }) => refused === undefined).length;
}

test('a caller makes its burst at once and then ten calls a second', () => {
  const book = ledger();
  expect(admitted(book, 100, 0)).toBe(20);
  expect(admitted(book, 1_000, 10_000, BEGIN)).toBe(99);
});

test('who is refused is told when the next call may come, and then it may', () => {
  const book = ledger();
  admitted(book, 20, 0);
  const { refused, retryAfterMs } = book.take('a', BEGIN);
  expect({ refused, retryAfterMs }).toEqual({ refused: 'RATE_LIMITED', retryAfterMs: 100 });
  expect(book.take('a', BEGIN + 99).refused).toBe('RATE_LIMITED');
  expect(book.take('a', BEGIN + 100).refused).toBeUndefined();
});

test('an hour has its quota, and the next one another', () => {
  const book = ledger({ perHour: 50 });
  expect(admitted(book, 100, HOUR / 2)).toBe(50);
  const late = book.take('a', BEGIN + HOUR - 1_000);
  expect(late).toMatchObject({ refused: 'QUOTA_EXCEEDED', retryAfterMs: 1_000, left: 0 });
  expect(book.take('a', BEGIN + HOUR)).toMatchObject({ left: 49 });
});

test('what is refused uses up nothing', () => {
  const book = ledger({ perHour: 30 });
  admitted(book, 1_000, 0);
  expect(book.take('a', BEGIN + 1_000)).toMatchObject({ left: 9, tokens: 9 });
});

test('a limit of 0 is none', () => {
  expect(admitted(ledger({ perSecond: 0 }), 500, 0)).toBe(500);
  expect(admitted(ledger({ perHour: 0, perSecond: 1_000, burst: 5_000 }), 4_000, 0)).toBe(4_000);
});

test('callers do not use up what others have', () => {
  const book = ledger();
  admitted(book, 100, 0, BEGIN, 'a');
  expect(admitted(book, 100, 0, BEGIN, 'b')).toBe(20);
});

test('calls elsewhere use up tokens and quota here, and hearing of them twice changes nothing', () => {
  const book = ledger();
  const hour = BEGIN / HOUR;
  book.learn('other', { hour, counts: [['a', 15]] }, true, BEGIN);
  book.learn('other', { hour, counts: [['a', 15]] }, true, BEGIN);
  book.learn('other', { hour, counts: [['a', 7]] }, true, BEGIN);
  expect(book.take('a', BEGIN)).toMatchObject({ tokens: 4, left: 984 });
});

test('a debt made elsewhere is paid back before more is let through, but is never larger than a burst', () => {
  const book = ledger();
  admitted(book, 20, 0);
  book.learn('other', { hour: BEGIN / HOUR, counts: [['a', 900]] }, true, BEGIN);
  expect(book.take('a', BEGIN + 2_000).refused).toBe('RATE_LIMITED');
  expect(book.take('a', BEGIN + 2_100).refused).toBeUndefined();
});

test('counts of another hour are passed over', () => {
  const book = ledger();
  book.learn('other', { hour: BEGIN / HOUR - 1, counts: [['a', 900]] }, true, BEGIN);
  expect(book.take('a', BEGIN)).toMatchObject({ tokens: 19, left: 999 });
});

test('only so many callers are held, and who was forgotten begins anew', () => {
  const book = ledger({}, 10);
  admitted(book, 20, 0);
  for (let index = 0; index < 10; index++) book.take(`caller ${index}`, BEGIN);
  expect(book.all(BEGIN).counts).toHaveLength(10);
  expect(book.changed(BEGIN).counts).toHaveLength(10);
  expect(book.take('a', BEGIN).refused).toBeUndefined();
});

test('what changed is told once', () => {
  const book = ledger();
  admitted(book, 3, 0);
  expect(book.changed(BEGIN)).toEqual({ hour: BEGIN / HOUR, counts: [['a', 3]] });
  expect(book.changed(BEGIN).counts).toEqual([]);
});
