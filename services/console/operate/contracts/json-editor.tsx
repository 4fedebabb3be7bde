import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Textarea } from '@mantine/core';
import { useState } from 'react';

interface JsonEditorProps {
  label: string;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  /** Told whether what stands there is something that can be sent. */
  onWrong: (isWrong: boolean) => void;
}

/** A message as the text it is sent as. */
export function JsonEditor({ label, value, onChange, onWrong }: JsonEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const read = objectIn(text);
  return (
    <Textarea
      size="sm"
      label={label}
      rows={Math.min(24, Math.max(6, text.split('\n').length + 1))}
      value={text}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      error={read === undefined && 'This is not a JSON object.'}
      onChange={(event) => {
        const next = event.currentTarget.value;
        const given = objectIn(next);
        setText(next);
        onWrong(given === undefined);
        if (given) onChange(given);
      }}
    />
  );
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
