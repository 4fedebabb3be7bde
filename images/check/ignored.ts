import { matchesGlob } from 'node:path';

/** Says of a path whether a `.dockerignore` keeps it out of the build: the last line that matches it, or a folder it is in, decides. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: line.replace(/^!/, '').replace(/^\/|\/$/g, '') }));
  return (path) => {
    const folders = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    const matching = rules.filter(({ pattern }) => folders.some((folder) => matchesGlob(folder, pattern)));
    return matching.length > 0 && !matching.at(-1)?.keeps;
  };
}
