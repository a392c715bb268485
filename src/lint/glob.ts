/**
 * Turns a glob pattern (`**`, `*`, `?`, `{a,b}`) into a test of relative paths. A pattern without a slash matches at any
 * depth, one that names a folder matches all below it.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const bare = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
  const anywhere = !pattern.replace(/\/+$/, '').includes('/');
  const source = bare
    .split(/(\*\*\/|\*\*|\*|\?|\{[^{}]*\})/)
    .map((part) => {
      if (part === '**/') return '(?:[^/]+/)*';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      if (part.startsWith('{') && part.endsWith('}'))
        return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`;
      return literal(part);
    })
    .join('');
  const regex = new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${source}(?:/.*)?$`);
  return (path) => regex.test(path);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
