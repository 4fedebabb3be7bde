/** Reads a whole number that becomes a field of a request, within the bounds that the contract sets for it: they are told before anything is sent, and with the number as it was typed. */
import { type DescField, getOption } from '@bufbuild/protobuf';
import { field as rulesOf } from '#gen/buf/validate/validate_pb.ts';
import { Misuse } from './failure.ts';

/** `text` as a number for an int64 field. Throws Misuse, naming the text, what it should be and the bounds. */
export function contractNumber(field: DescField, text: string, what: string): bigint {
  const { least, most, not } = boundsOf(field);
  const value = /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value >= least && value <= most && !not.includes(value)) return value;
  const except = not.length > 0 ? ` except ${not.join(', ')}` : '';
  throw new Misuse(`“${text}” is not ${what}: it must be a whole number from ${least} to ${most}${except}.`);
}

function boundsOf(field: DescField): { least: bigint; most: bigint; not: readonly bigint[] } {
  const { type } = getOption(field, rulesOf);
  if (type.case === 'int64') {
    const { greaterThan: from, lessThan: to, notIn: not } = type.value;
    if (from.case === 'gte' && to.case === 'lte') return { least: from.value, most: to.value, not };
  }
  throw new Error(`The contract sets no bounds for ${field}`);
}
