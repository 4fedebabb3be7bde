import { type DescEnum, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDocs } from './docs.ts';
import { hintOf, type Kind } from './kinds.ts';

interface ValueInputProps {
  kind: Exclude<Kind, { kind: 'message' }> | Kind;
  label: string;
  description: string;
  value: JsonValue | undefined;
  onChange: (value: JsonValue | undefined) => void;
}

/** One value that is no message. Numbers are kept as they are written: JSON of the contracts takes them as text, and none is rounded. */
export function ValueInput({ kind, label, description, value, onChange }: ValueInputProps) {
  if (kind.kind === 'enum') return <Choice {...{ type: kind.type, label, description, value, onChange }} />;
  if (kind.kind === 'json') return <Anything {...{ label, description, value, onChange }} />;
  if (kind.kind === 'scalar' && kind.scalar === ScalarType.BOOL) {
    return (
      <Checkbox
        size="sm"
        label={label}
        description={description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked || undefined)}
      />
    );
  }
  return (
    <TextInput
      size="sm"
      label={label}
      description={description}
      placeholder={hintOf(kind)}
      autoComplete="off"
      spellCheck={false}
      value={value === undefined ? '' : String(value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}

type PlainProps = Omit<ValueInputProps, 'kind'>;

function Choice({ type, label, description, value, onChange }: PlainProps & { type: DescEnum }) {
  const docs = useDocs();
  const chosen = type.values.find(({ name }) => name === value);
  const meaning = chosen && docs.value(type, chosen.number);
  return (
    <NativeSelect
      size="sm"
      label={label}
      description={[description, meaning].filter(Boolean).join(' ')}
      value={typeof value === 'string' ? value : ''}
      data={[{ value: '', label: 'unset' }, ...type.values.map(({ name }) => name)]}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

function Anything({ label, description, value, onChange }: PlainProps) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value)));
  const [isWrong, setWrong] = useState(false);
  return (
    <Textarea
      size="sm"
      label={label}
      description={description}
      placeholder="JSON"
      value={text}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      error={isWrong && 'This is not JSON; it is left out.'}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        try {
          onChange(next === '' ? undefined : (JSON.parse(next) as JsonValue));
          setWrong(false);
        } catch {
          onChange(undefined);
          setWrong(true);
        }
      }}
    />
  );
}
