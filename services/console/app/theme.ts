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

export const theme = createTheme({
  colors: { sea },
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
