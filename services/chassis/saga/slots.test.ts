import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Slots, sagaSlots } from './slots.ts';
import type { SagaRow } from './table.ts';

/** Sagas that run until they are told to end. */
function world(most = 64) {
  const begun: string[] = [];
  const signals = new Map<string, AbortSignal>();
  const ends = new Map<string, () => void>();
  const slots: Slots = sagaSlots(most, (row, signal) => {
    begun.push(row.id);
    signals.set(row.id, signal);
    return new Promise((resolve) => ends.set(row.id, resolve));
  });
  const add = (count: number, name = 'saga') => {
    for (let index = 0; index < count; index++) slots.add({ id: `${name} ${index}` } as SagaRow);
  };
  const end = async (id: string) => {
    ends.get(id)?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { slots, begun, signals, add, end };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the slots of a saga runner', () => {
  test('run few at a time while few wait, in the order in which they came', async () => {
    const { begun, add, end } = world();
    add(6);
    expect(begun).toEqual(['saga 0', 'saga 1', 'saga 2', 'saga 3']);
    await end('saga 2');
    expect(begun).toEqual(['saga 0', 'saga 1', 'saga 2', 'saga 3', 'saga 4']);
  });

  test('run more at a time the more wait', () => {
    const { begun, slots, add } = world();
    add(84);
    expect(begun.length).toBeGreaterThan(10);
    expect(begun.length).toBeLessThan(20);
    expect(slots.held()).toHaveLength(84);
  });

  test('never run more than they may', () => {
    const { begun, slots, add } = world(5);
    add(500);
    expect(begun).toHaveLength(5);
    expect(slots.room()).toBeLessThanOrEqual(0);
  });

  test('do not count a saga that waits for somebody, until it moves', async () => {
    const { begun, slots, add, end } = world();
    add(5);
    await vi.advanceTimersByTimeAsync(110);
    expect(begun).toContain('saga 4');
    for (const index of [0, 1, 2, 3]) slots.moved(`saga ${index}`);
    add(1, 'late');
    expect(begun).not.toContain('late 0');
    await end('saga 0');
    await end('saga 1');
    expect(begun).toContain('late 0');
  });

  test('closed start no more, wait for those that run, and abort what does not end', async () => {
    const { slots, begun, signals, add, end } = world();
    add(6);
    const closed = slots.close(1000);
    await end('saga 0');
    add(1, 'late');
    await vi.advanceTimersByTimeAsync(1000);
    await closed;
    expect(begun).toHaveLength(4);
    expect(signals.get('saga 1')?.aborted).toBe(true);
    expect(slots.held()).toEqual(['saga 1', 'saga 2', 'saga 3', 'saga 4', 'saga 5']);
  });
});
