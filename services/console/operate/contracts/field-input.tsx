import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Button } from '@mantine/core';
import type { ComponentType } from 'react';
import { useDocs } from './docs.ts';
import { emptyOf, type Kind, kindOf, objectOf } from './kinds.ts';
import { ValueInput } from './value-input.tsx';

/** What a form of a message is given. */
export interface MessageFieldsProps {
  message: DescMessage;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}

interface FieldInputProps {
  field: DescField;
  value: JsonValue | undefined;
  /** The form of a message, for fields that hold one. */
  Message: ComponentType<MessageFieldsProps>;
  /** Undefined leaves the field unset. */
  onChange: (value: JsonValue | undefined) => void;
}

/** One field, filled in as what it is. */
export function FieldInput({ field, value, Message, onChange }: FieldInputProps) {
  const description = useDocs().field(field);
  const kind = kindOf(field);
  if (field.fieldKind === 'list') return <List {...{ field, kind, description, value, Message, onChange }} />;
  if (kind.kind === 'message') return <Nested {...{ field, kind, description, value, Message, onChange }} />;
  return <ValueInput kind={kind} label={field.name} description={description} value={value} onChange={onChange} />;
}

interface Described extends FieldInputProps {
  kind: Kind;
  description: string;
}

function Nested({
  field,
  kind,
  description,
  value,
  Message,
  onChange,
}: Described & { kind: Kind & { kind: 'message' } }) {
  return (
    <fieldset className="nested">
      <legend>{field.name}</legend>
      {description && <p className="hint">{description}</p>}
      {value === undefined ? (
        <Button size="compact-sm" variant="default" onClick={() => onChange({})} aria-label={`Fill ${field.name} in`}>
          Fill in
        </Button>
      ) : (
        <>
          <Message message={kind.type} value={objectOf(value)} onChange={onChange} />
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChange(undefined)}
            aria-label={`Leave ${field.name} out`}
          >
            Leave out
          </Button>
        </>
      )}
    </fieldset>
  );
}

function List({ field, kind, description, value, Message, onChange }: Described) {
  const items = Array.isArray(value) ? value : [];
  const put = (next: JsonValue[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <fieldset className="nested">
      <legend>{field.name}</legend>
      {description && <p className="hint">{description}</p>}
      <ol>
        {items.map((item, at) => {
          const change = (next: JsonValue | undefined) => put(items.with(at, next ?? emptyOf(kind)));
          const label = `${field.name} ${at + 1}`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item has no name but its place.
            <li key={at} className="item">
              {kind.kind === 'message' ? (
                <fieldset className="nested" aria-label={label}>
                  <Message message={kind.type} value={objectOf(item)} onChange={change} />
                </fieldset>
              ) : (
                <ValueInput kind={kind} label={label} description="" value={item} onChange={change} />
              )}
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => put(items.toSpliced(at, 1))}
                aria-label={`Remove ${label}`}
              >
                Remove
              </Button>
            </li>
          );
        })}
      </ol>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => put([...items, emptyOf(kind)])}
        aria-label={`Add to ${field.name}`}
      >
        Add
      </Button>
    </fieldset>
  );
}
