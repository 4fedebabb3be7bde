import { expect, test } from 'vitest';
import { type Address, NOT_SERVED, problemsOf } from './address.ts';
import { COUNTRIES } from './countries.ts';

const address: Address = {
  recipient: 'Ada Lovelace',
  line1: 'Unter den Linden 1',
  line2: '',
  city: 'Berlin',
  postalCode: '10117',
  countryCode: 'DE',
};

test('a right address has no problems', () => {
  expect(problemsOf(address)).toEqual([]);
});

test.each([...COUNTRIES])(
  '%s takes its example, also in small letters and with spaces around, and refuses nonsense',
  (countryCode, { example }) => {
    expect(problemsOf({ ...address, countryCode, postalCode: example })).toEqual([]);
    expect(problemsOf({ ...address, countryCode, postalCode: ` ${example.toLowerCase()} ` })).toEqual([]);
    const [problem] = problemsOf({ ...address, countryCode, postalCode: '!?' });
    expect(problem?.field).toBe('postal_code');
    expect(problem?.problem).toContain(example);
  },
);

test.each([
  ['DE', '1011'],
  ['US', '1234'],
  ['GB', '12345'],
  ['NL', '0123 AB'],
  ['CA', 'D1A 1A1'],
  ['ES', '53001'],
  ['PL', '00001'],
])('%s refuses %s', (countryCode, postalCode) => {
  expect(problemsOf({ ...address, countryCode, postalCode }).map(({ field }) => field)).toEqual(['postal_code']);
});

test('a country nobody sends to is named', () => {
  expect(problemsOf({ ...address, countryCode: 'AQ' })).toEqual([{ field: 'country_code', problem: NOT_SERVED }]);
});

test('every problem is named, not the first only', () => {
  const problems = problemsOf({ ...address, recipient: ' ', city: '--', postalCode: 'x' });
  expect(problems.map(({ field }) => field)).toEqual(['recipient', 'city', 'postal_code']);
});
