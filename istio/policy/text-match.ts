/** Whether one of the patterns of an AuthorizationPolicy is about a text: the same text, `start*`, `*end`, or `*` for anything that is there. */
export function matchesText(text: string | undefined, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (text === undefined || text === '') return false;
    if (pattern === '*') return true;
    if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
    if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
    return text === pattern;
  });
}

/** The same for paths, which may also have places for anything: `{*}` for one segment, `{**}` for any number of them. */
export function matchesPath(path: string | undefined, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!pattern.includes('{')) return matchesText(path, [pattern]);
    const parts = pattern.split(/(\{\*\*\}|\{\*\})/).map((part) => {
      if (part === '{*}') return '[^/]+';
      if (part === '{**}') return '.*';
      return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    });
    return path !== undefined && new RegExp(`^${parts.join('')}$`).test(path);
  });
}
