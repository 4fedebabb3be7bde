import { expect, test } from 'vitest';
import type { Break } from './buf-breaking.ts';
import { bumped, bumpFor, compareVersions } from './bump.ts';
import type { Change } from './judged.ts';

function change(type: Change['type'], ...breaks: Break[]): Change {
  const affected = { callers: [], consumers: [], readModels: [], pacts: [], through: [] };
  return { type, breaks, says: '', policy: false, affected, element: { kind: 'field', name: '', package: '' } };
}

test.each([
  ['0.4.2', [], '0.4.2'],
  ['0.4.2', [change('added')], '0.4.3'],
  ['0.4.2', [change('added'), change('changed', 'behaviour')], '0.5.0'],
  ['1.4.2', [change('changed')], '1.4.3'],
  ['1.4.2', [change('added'), change('changed')], '1.5.0'],
  ['1.4.2', [change('added'), change('removed', 'source')], '2.0.0'],
] as const)('%s becomes what its changes ask for', (version, changes, next) => {
  expect(bumped(version, bumpFor(changes, version))).toBe(next);
});

test('versions are compared by number', () => {
  expect(['0.10.0', '0.9.1', '0.9.0', '1.0.0'].sort(compareVersions)).toEqual(['0.9.0', '0.9.1', '0.10.0', '1.0.0']);
});
