import type { DescField, DescOneof, JsonObject } from '@bufbuild/protobuf';
import { NativeSelect } from '@mantine/core';
import { useDocs } from './docs.ts';
import { FieldInput, type MessageFieldsProps } from './field-input.tsx';
import { emptyOf, kindOf, withField } from './kinds.ts';

/** A message as a form: each of its fields, and of fields of which only one may be set, that one. */
export function MessageFields({ message, value, onChange }: MessageFieldsProps) {
  if (message.members.length === 0) return <p className="hint">It takes nothing.</p>;
  return (
    <div className="message-fields">
      {message.members.map((member) =>
        member.kind === 'oneof' ? (
          <OneOf key={member.name} oneof={member} value={value} onChange={onChange} />
        ) : (
          <Field key={member.name} field={member} value={value} onChange={onChange} />
        ),
      )}
    </div>
  );
}

interface MemberProps {
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}

function Field({ field, value, onChange }: MemberProps & { field: DescField }) {
  return (
    <FieldInput
      field={field}
      Message={MessageFields}
      value={value[field.jsonName]}
      onChange={(next) => onChange(withField(value, field.jsonName, next))}
    />
  );
}

function OneOf({ oneof, value, onChange }: MemberProps & { oneof: DescOneof }) {
  const docs = useDocs();
  const set = oneof.fields.find(({ jsonName }) => jsonName in value);
  return (
    <fieldset className="nested">
      <legend>{oneof.name}</legend>
      <NativeSelect
        size="sm"
        label="Which"
        description={set && docs.field(set)}
        value={set?.name ?? ''}
        data={[{ value: '', label: 'none' }, ...oneof.fields.map(({ name }) => name)]}
        onChange={(event) => {
          const next = oneof.fields.find(({ name }) => name === event.currentTarget.value);
          const rest = oneof.fields.reduce((left, { jsonName }) => withField(left, jsonName, undefined), value);
          onChange(next ? withField(rest, next.jsonName, emptyOf(kindOf(next))) : rest);
        }}
      />
      {set && <Field field={set} value={value} onChange={onChange} />}
    </fieldset>
  );
}
