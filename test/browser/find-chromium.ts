import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser that pages are tried in: the one `CHROMIUM_BIN` names, else the first on the PATH. Throws when there is none, so that nothing passes untried. */
export function findChromium({ CHROMIUM_BIN, PATH = '' }: NodeJS.ProcessEnv): string {
  const folders = PATH.split(delimiter).filter(Boolean);
  const places = CHROMIUM_BIN ? [CHROMIUM_BIN] : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = places.find((place) => existsSync(place));
  if (found) return found;
  throw new Error(
    CHROMIUM_BIN
      ? `There is no browser at ${CHROMIUM_BIN}, which CHROMIUM_BIN names`
      : `A browser is needed: ${NAMES.join(', ')} on the PATH, or another Chromium that CHROMIUM_BIN names`,
  );
}
