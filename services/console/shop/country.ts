const names = new Intl.DisplayNames('en', { type: 'region' });

/** What a country is called; one that nobody knows keeps its code. */
export const countryName = (code: string): string => names.of(code) ?? code;
