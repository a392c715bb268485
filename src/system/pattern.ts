/**
 * Whether a request path is served by a route pattern. Patterns are normalised: `*` stands for one segment, a final
 * `**` for any number of them. A trailing slash does not count, since frameworks redirect.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = segments(path.split(/[?#]/)[0] ?? '');
  const parts = segments(pattern);
  for (const [index, part] of parts.entries()) {
    if (part === '**') return true;
    const given = wanted[index];
    if (given === undefined) return false;
    if (
      part !== '*' &&
      part !== given &&
      !(part.includes('*') && new RegExp(`^${part.split('*').map(escapeText).join('.+')}$`).test(given))
    )
      return false;
  }
  return wanted.length === parts.length;
}

/** Joins a prefix and a path with exactly one slash between them. */
export function joinRoute(prefix: string, path: string): string {
  const joined = `/${prefix}/${path}`.replace(/\/{2,}/g, '/');
  return joined.length > 1 && joined.endsWith('/') && !path.endsWith('/') ? joined.slice(0, -1) : joined;
}

/** `/items/{id}` (FastAPI) and `/items/<int:id>` (Flask, Django) as `/items/*`; a path parameter takes the rest. */
export function normalizeRoute(path: string): string {
  return path
    .replace(/\{[^{}]*:path\}|<path:[^<>]*>/g, '**')
    .replace(/\{[^{}]*\}|<[^<>]*>/g, '*')
    .replace(/\*\*.*$/, '**');
}

function segments(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
