import { NativeSelect, TextInput } from '@mantine/core';
import { countryName } from '../country.ts';

/** Where a parcel goes. */
export interface AddressInput {
  recipient: string;
  line1: string;
  line2: string;
  postalCode: string;
  city: string;
  countryCode: string;
}

/** The countries on offer; shipping decides which are served. */
const COUNTRIES = 'AU AT BE BG CA HR CZ DK EE FI FR DE GR HU IE IT JP LV LT LU NL NZ NO PL PT RO SK SI ES SE CH GB US'
  .split(' ')
  .map((code) => [code, countryName(code)] as const)
  .sort(([, one], [, other]) => one.localeCompare(other));

export const emptyAddress: AddressInput = {
  recipient: '',
  line1: '',
  line2: '',
  postalCode: '',
  city: '',
  countryCode: 'DE',
};

/** Whether everything is there that must be. */
export function isComplete({ recipient, line1, postalCode, city }: AddressInput): boolean {
  return [recipient, line1, postalCode, city].every((text) => text.trim() !== '');
}

interface AddressFormProps {
  value: AddressInput;
  /** What is wrong, by the field's name in the contract. */
  problems: Record<string, string>;
  onChange(value: AddressInput): void;
}

export function AddressForm({ value, problems, onChange }: AddressFormProps) {
  const field = (name: keyof AddressInput, contractName: string, maxLength: number) => ({
    value: value[name],
    maxLength,
    error: problems[contractName],
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ ...value, [name]: event.currentTarget.value }),
  });
  return (
    <fieldset className="form panel">
      <legend>Where it goes</legend>
      <TextInput label="Name" autoComplete="shipping name" required {...field('recipient', 'recipient', 200)} />
      <TextInput
        label="Street and number"
        autoComplete="shipping address-line1"
        required
        {...field('line1', 'line1', 200)}
      />
      <TextInput
        label="More about the address (optional)"
        autoComplete="shipping address-line2"
        {...field('line2', 'line2', 200)}
      />
      <div className="form-pair">
        <TextInput
          label="Postal code"
          autoComplete="shipping postal-code"
          required
          {...field('postalCode', 'postal_code', 20)}
        />
        <TextInput
          label="Town or city"
          autoComplete="shipping address-level2"
          required
          {...field('city', 'city', 100)}
        />
      </div>
      <NativeSelect
        label="Country"
        autoComplete="shipping country"
        required
        {...field('countryCode', 'country_code', 2)}
      >
        {COUNTRIES.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </NativeSelect>
    </fieldset>
  );
}
