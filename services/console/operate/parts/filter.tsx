import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

/** Narrows what a page shows. What is asked for stands in the address, so that it can be sent to somebody. */
export function Filter({ label, children }: { label: string; children: ReactNode }) {
  const [, setWords] = useSearchParams();
  return (
    <search>
      <form
        className="filter"
        aria-label={label}
        onSubmit={(event) => {
          event.preventDefault();
          const given = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]);
          setWords(new URLSearchParams(given.filter(([, value]) => value !== '') as [string, string][]));
        }}
      >
        {children}
        <Button type="submit" variant="default" size="sm">
          Filter
        </Button>
      </form>
    </search>
  );
}

/** One word of a filter, by its name in the address. */
export function FilterText({ name, label, hint = '' }: { name: string; label: string; hint?: string }) {
  const [words] = useSearchParams();
  return (
    <TextInput
      key={words.get(name) ?? ''}
      size="sm"
      name={name}
      label={label}
      placeholder={hint}
      defaultValue={words.get(name) ?? ''}
    />
  );
}

/** One choice of a filter, which is applied as soon as it is made. */
export function FilterChoice({
  name,
  label,
  choices,
}: {
  name: string;
  label: string;
  choices: readonly (readonly [value: string, name: string])[];
}) {
  const [words] = useSearchParams();
  return (
    <NativeSelect
      size="sm"
      name={name}
      label={label}
      defaultValue={words.get(name) ?? ''}
      onChange={(event) => event.currentTarget.form?.requestSubmit()}
      data={choices.map(([value, label]) => ({ value, label }))}
    />
  );
}
