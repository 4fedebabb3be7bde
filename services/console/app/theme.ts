/** The look of the console: what differs from Mantine's own. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const sea: MantineColorsTuple = [
  '#e6f7f5',
  '#d0ebe8',
  '#a3d7d2',
  '#72c2bb',
  '#4bb0a8',
  '#2f9d95',
  '#148a83',
  '#0b6e69',
  '#075a56',
  '#044743',
];

/** Mantine's own, darker where white words stand on it. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#c92a2a',
  '#b02525',
  '#9a1f1f',
];

export const theme = createTheme({
  colors: { sea, red },
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  fontFamily: "'Inter', system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: Object.fromEntries(
    ['TextInput', 'PasswordInput', 'NativeSelect', 'Radio', 'Checkbox'].map((name) => [
      name,
      { defaultProps: { size: 'md' } },
    ]),
  ),
});
