/** What a release left in the database of orders when it was stopped in the middle of its work, and how it wrote there. */
import { readFileSync } from 'node:fs';
import type { Inventory, Payments, Shipping } from '../../services/orders/app/ports.ts';

export interface Recording {
  /** When it was stopped. */
  time: string;
  /** Migrations it had run, in their order, with the hash of each. */
  migrations: { name: string; checksum: string }[];
  /** Rows by table, as JSON; those a table must have first come first. */
  tables: Record<string, Record<string, unknown>[]>;
  /** Orders by what was happening to them. */
  orders: Record<Plight, string>;
  /** What the other services had done for them. */
  effects: Effect[];
  /** Every statement that wrote, of one order from its placing to its cancellation, in order. */
  statements: { text: string; parameters: unknown[] }[];
}

/** What an order was in the middle of. */
export const plights = [
  'being reserved',
  'waiting for its payment',
  'waiting for stock',
  'being captured',
  'being undone',
  'parked',
  'being cancelled',
  'confirmed',
] as const;

export type Plight = (typeof plights)[number];

/** Something another service did, under the id it gave it. */
export type Effect =
  | { call: 'reserve'; request: Parameters<Inventory['reserve']>[0]; id: string }
  | { call: 'authorize'; request: Parameters<Payments['authorize']>[0]; id: string }
  | { call: 'create'; request: Parameters<Shipping['create']>[0]; id: string }
  | { call: 'commit' | 'capture'; id: string };

const fileOf = (version: string) => new URL(`recorded/orders-${version}.json`, import.meta.url);

export function readRecording(version: string): Recording {
  return JSON.parse(readFileSync(fileOf(version), 'utf8'), (_, value) =>
    typeof value?.$bytes === 'string' ? Buffer.from(value.$bytes, 'base64') : value,
  );
}

/** As text that `readRecording` reads: bytes keep their kind, and moments are written as PostgreSQL reads them. */
export function writeRecording(recording: Recording): string {
  const plain = (_: string, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (isBuffer(value)) return { $bytes: Buffer.from(value.data).toString('base64') };
    return value;
  };
  return `${JSON.stringify(recording, plain, 1)}\n`;
}

/** What `JSON.stringify` makes of a Buffer before it asks anybody. */
function isBuffer(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
}
