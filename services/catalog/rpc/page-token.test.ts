import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageToken, readPageToken } from './page-token.ts';

const anything = (value: unknown): value is unknown => value !== undefined;

test('a token leads back to its place, and is never longer than the contract lets it be', () => {
  const title = fc.string({ unit: 'binary', minLength: 200, maxLength: 200 });
  const query = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 22 });
  fc.assert(
    fc.property(query, title, fc.uuid(), (of, text, id) => {
      const token = pageToken(of, { title: text, id });
      expect(token.length).toBeLessThanOrEqual(1000);
      expect(readPageToken(token, of, anything)).toEqual({ title: text, id });
    }),
    { numRuns: 50 },
  );
});

test('a token of another query is refused', () => {
  expect(() => readPageToken(pageToken(['list', 'a'], 1), ['list', 'b'], anything)).toThrow('INVALID_PAGE_TOKEN');
});

test('whatever is no token of ours is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.base64String({ minLength: 4 })), (token) => {
      expect(() => readPageToken(token, ['list', ''], anything)).toThrow('INVALID_PAGE_TOKEN');
    }),
  );
});
