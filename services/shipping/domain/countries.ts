/** How far a parcel travels; prices and days follow from it. */
export type Zone = 'domestic' | 'neighbour' | 'europe' | 'world';

export interface Country {
  zone: Zone;
  /** What a postal code of the country looks like, in capitals and without spaces around it. */
  postalCode: RegExp;
  /** One that is right, to tell people who wrote one that is not. */
  example: string;
}

const fourDigits = /^\d{4}$/;
const fiveDigits = /^\d{5}$/;
const threeAndTwoDigits = /^\d{3} ?\d{2}$/;

/** The countries parcels are sent to, by ISO 3166-1 alpha-2 code. */
export const COUNTRIES: ReadonlyMap<string, Country> = new Map<string, Country>([
  ['DE', { zone: 'domestic', postalCode: fiveDigits, example: '10115' }],
  ['AT', { zone: 'neighbour', postalCode: /^[1-9]\d{3}$/, example: '1010' }],
  ['BE', { zone: 'neighbour', postalCode: /^[1-9]\d{3}$/, example: '1000' }],
  ['CH', { zone: 'neighbour', postalCode: /^[1-9]\d{3}$/, example: '8001' }],
  ['CZ', { zone: 'neighbour', postalCode: threeAndTwoDigits, example: '110 00' }],
  ['DK', { zone: 'neighbour', postalCode: fourDigits, example: '1050' }],
  ['FR', { zone: 'neighbour', postalCode: fiveDigits, example: '75001' }],
  ['LU', { zone: 'neighbour', postalCode: /^(L-)?\d{4}$/, example: '1009' }],
  ['NL', { zone: 'neighbour', postalCode: /^[1-9]\d{3} ?[A-Z]{2}$/, example: '1011 AB' }],
  ['PL', { zone: 'neighbour', postalCode: /^\d{2}-\d{3}$/, example: '00-001' }],
  ['BG', { zone: 'europe', postalCode: fourDigits, example: '1000' }],
  ['EE', { zone: 'europe', postalCode: fiveDigits, example: '10111' }],
  ['ES', { zone: 'europe', postalCode: /^(0[1-9]|[1-4]\d|5[0-2])\d{3}$/, example: '28001' }],
  ['FI', { zone: 'europe', postalCode: fiveDigits, example: '00100' }],
  ['GB', { zone: 'europe', postalCode: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/, example: 'SW1A 1AA' }],
  ['GR', { zone: 'europe', postalCode: threeAndTwoDigits, example: '104 31' }],
  ['HR', { zone: 'europe', postalCode: fiveDigits, example: '10000' }],
  ['HU', { zone: 'europe', postalCode: fourDigits, example: '1011' }],
  ['IE', { zone: 'europe', postalCode: /^([AC-FHKNPRTV-Y]\d{2}|D6W) ?[0-9AC-FHKNPRTV-Y]{4}$/, example: 'D02 AF30' }],
  ['IT', { zone: 'europe', postalCode: fiveDigits, example: '00118' }],
  ['LT', { zone: 'europe', postalCode: /^(LT-)?\d{5}$/, example: 'LT-01100' }],
  ['LV', { zone: 'europe', postalCode: /^LV-\d{4}$/, example: 'LV-1010' }],
  ['NO', { zone: 'europe', postalCode: fourDigits, example: '0150' }],
  ['PT', { zone: 'europe', postalCode: /^\d{4}-\d{3}$/, example: '1100-148' }],
  ['RO', { zone: 'europe', postalCode: /^\d{6}$/, example: '010011' }],
  ['SE', { zone: 'europe', postalCode: threeAndTwoDigits, example: '111 20' }],
  ['SI', { zone: 'europe', postalCode: fourDigits, example: '1000' }],
  ['SK', { zone: 'europe', postalCode: threeAndTwoDigits, example: '811 01' }],
  ['AU', { zone: 'world', postalCode: fourDigits, example: '2000' }],
  [
    'CA',
    {
      zone: 'world',
      postalCode: /^[A-CEGHJ-NPR-TVXY]\d[A-CEGHJ-NPR-TV-Z] ?\d[A-CEGHJ-NPR-TV-Z]\d$/,
      example: 'K1A 0B1',
    },
  ],
  ['JP', { zone: 'world', postalCode: /^\d{3}-?\d{4}$/, example: '100-0001' }],
  ['NZ', { zone: 'world', postalCode: fourDigits, example: '6011' }],
  ['US', { zone: 'world', postalCode: /^\d{5}(-\d{4})?$/, example: '20500' }],
]);
