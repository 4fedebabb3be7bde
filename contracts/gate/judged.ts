/** What a comparison finds: one difference of two versions of the contracts. */
import type { JsonValue } from '@bufbuild/protobuf';
import type { Break } from './buf-breaking.ts';
import type { Element } from './elements.ts';

/** What one option's change means. `callers` narrows whom it concerns. */
export interface Verdict {
  says: string;
  breaks: Break[];
  callers?: string[];
}

export type Judge = (was: JsonValue | undefined, is: JsonValue | undefined) => Verdict[];

export interface Affected {
  /** Services that may call an RPC in question, `external` for those outside the mesh. */
  callers: string[];
  /** As `orders (events/on-shipment.ts)`. */
  consumers: string[];
  readModels: string[];
  pacts: string[];
  /** The RPCs and events in question, where these are not the element itself. */
  through: string[];
}

export interface Change {
  type: 'added' | 'changed' | 'removed';
  element: Pick<Element, 'kind' | 'name' | 'package'>;
  says: string;
  /** What breaks; nothing when the change is compatible. */
  breaks: Break[];
  /** Whether it changes policy rather than shape. */
  policy: boolean;
  affected: Affected;
}

export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'unset';
  if (Array.isArray(value)) return value.map(shown).join(', ') || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
