import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';

/** Turns the light on and off; until it is used, the page follows the device. */
export function ColourSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      className="header-button"
      aria-label={isDark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <svg
        viewBox="0 0 24 24"
        width="18"
        height="18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden="true"
      >
        {isDark ? (
          <path d="M12 3v2m0 14v2m9-9h-2M5 12H3m15.400-6.400-1.400 1.400M7 17l-1.400 1.400m12.800 0L17 17M7 7 5.600 5.600M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z" />
        ) : (
          <path d="M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z" />
        )}
      </svg>
    </ActionIcon>
  );
}
