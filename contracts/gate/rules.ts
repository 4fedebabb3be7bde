/** Tells whether a rule on what clients send asks more of them than before. */
import { create, type DescField, type JsonValue } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { type Judge, shown } from './judged.ts';

const validator = createValidator();

const RULES = ['buf.validate.field', 'buf.validate.message', 'buf.validate.oneof'];

const LOWER_BOUNDS = new Set(['minLen', 'minBytes', 'minItems', 'minPairs', 'gt', 'gte', 'gtNow']);
const UPPER_BOUNDS = new Set(['maxLen', 'maxBytes', 'maxItems', 'maxPairs', 'lt', 'lte', 'ltNow', 'within']);

export const isRule = (path: string) => RULES.some((option) => path.startsWith(`${option}.`));

/** Judges the rule at `path`, such as `buf.validate.field.string.maxLen`. What cannot be told to ask less counts as asking more. */
export function judgeRule(path: string): Judge {
  const rule = path.split('.').slice(3).join('.');
  return (was, is) => {
    const stricter = asksMore(path.split('.').at(-1) ?? '', was, is);
    const says = `has a ${stricter ? 'stricter' : 'looser'} rule: ${rule} was ${shown(was)} and is ${shown(is)}`;
    return [{ says, breaks: stricter ? ['behaviour'] : [] }];
  };
}

function asksMore(rule: string, was: JsonValue | undefined, is: JsonValue | undefined): boolean {
  if (is === undefined || is === false) return false;
  if (was === undefined || was === false) return true;
  if (LOWER_BOUNDS.has(rule)) return !(amount(is) <= amount(was));
  if (UPPER_BOUNDS.has(rule)) return !(amount(is) >= amount(was));
  if (Array.isArray(was) && Array.isArray(is)) {
    const [older, newer] = [was.map(String), is.map(String)];
    if (rule === 'in') return older.some((value) => !newer.includes(value));
    if (rule === 'notIn') return newer.some((value) => !older.includes(value));
  }
  return true;
}

/** Numbers, also those JSON writes as text, and durations such as `900s`. */
function amount(value: JsonValue): number {
  return Number(String(value).replace(/s$/, ''));
}

/** Whether a message without this field is refused, as who receives it decides: adding such a field to a request breaks those who do not know it. */
export function mustBeSet({ parent, name }: DescField): boolean {
  const result = validator.validate(parent, create(parent));
  if (result.kind === 'error') throw result.error;
  return (
    result.kind === 'invalid' &&
    result.violations.some(({ field: [first] }) => first?.kind === 'field' && first.name === name)
  );
}
