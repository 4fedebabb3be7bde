/** What the contract asks of a field, so that a form asks for the same before anything is sent. */
import { type DescField, getOption } from '@bufbuild/protobuf';
import { type FieldRules, field as rulesOption, type StringRules } from '#gen/buf/validate/validate_pb.ts';

/** How long a text must and may be, as inputs are told it. */
export function lengthsOf(field: DescField): { minLength: number; maxLength: number } {
  const { minLen, maxLen } = textRules(getOption(field, rulesOption));
  return { minLength: Number(minLen), maxLength: Number(maxLen) };
}

/** The texts that a list may hold. */
export function choicesOf(field: DescField): readonly string[] {
  const { type } = getOption(field, rulesOption);
  return type.case === 'repeated' ? textRules(type.value.items).in : [];
}

function textRules(rules: FieldRules | undefined): StringRules {
  if (rules?.type.case !== 'string') throw new Error('the contract has no rules for this text');
  return rules.type.value;
}
