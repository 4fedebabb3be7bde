import { expect, test } from 'vitest';
import { type Booked, bookedTogether, countOnce, unbooked } from './booked.ts';

const answered = (count: number) => ({ bounds: [1], counts: [count, count] });
const counted = (booked: Partial<Booked>) => countOnce({ ...unbooked, ...booked });

test('calls that met nobody failed, though the service knows nothing of them', () => {
  expect(counted({ made: 4, unreached: 4 })).toEqual({ calls: 4, errors: 4 });
  expect(counted({ answered: answered(10), errors: 1, made: 14, unreached: 4 })).toEqual({ calls: 14, errors: 5 });
});

test('a call whose time ran out counts once, whoever noted it', () => {
  const service = { answered: answered(10), errors: 3, late: 3 };
  expect(counted({ ...service, made: 10, waitedInVain: 3 })).toEqual({ calls: 10, errors: 3 });
  expect(counted(service)).toEqual({ calls: 10, errors: 3 });
  expect(counted({ made: 3, waitedInVain: 3 })).toEqual({ calls: 3, errors: 3 });
});

test('a call that nobody waited for any more failed, even if the service thinks it went well', () => {
  expect(counted({ answered: answered(10), made: 10, waitedInVain: 3 })).toEqual({ calls: 10, errors: 3 });
});

test('tries of one call are calls of their own to the service', () => {
  expect(counted({ answered: answered(12), errors: 2, made: 10 })).toEqual({ calls: 12, errors: 2 });
});

test('the books of two rounds, one of which only the service kept and one only its callers, still name each call once', () => {
  const service = { ...unbooked, answered: answered(10), errors: 3, late: 3 };
  const callers = { ...unbooked, made: 10, waitedInVain: 3 };
  expect(countOnce(bookedTogether(service, callers))).toEqual({ calls: 10, errors: 3 });
});
