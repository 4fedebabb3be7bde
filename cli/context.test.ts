import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test, vi } from 'vitest';
import { contextOf } from './context.ts';
import { Misuse } from './failure.ts';

const contextWith = (...words: string[]) =>
  contextOf(new Command().option('--data <folder>', '', 'nowhere').option('--json').parse(words, { from: 'user' }));

function printed(...words: string[]): unknown {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  contextWith(...words).print({ pieces: 12n }, () => '12 pieces');
  return log.mock.lastCall?.[0];
}

test('prints text for people, and JSON with big integers as strings for scripts', () => {
  expect(printed()).toBe('12 pieces');
  expect(JSON.parse(String(printed('--json')))).toEqual({ pieces: '12' });
});

test('says on which folder no mesh runs, and how to start one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-context-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { mesh } = contextWith('--data', folder);
  expect(mesh).toThrow(Misuse);
  expect(mesh).toThrow(`No mesh runs on ${folder}. Start one with \`npm start\`.`);
});
