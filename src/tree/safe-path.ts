/**
 * Whether a relative path stays in its folder, and out of what git and this tool keep there: a file in `.git` may be a
 * program that git runs (githooks(5)). Compared without case, since some file systems do not know it.
 *
 * @param path relative, with `/` separators
 */
export function isSafePath(path: string): boolean {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\\:\u0000-\u001f]/.test(path)) return false;
  const lower = segments.map((segment) => segment.toLowerCase());
  return !lower.includes('.git') && lower[0] !== '.msvc' && path.toLowerCase() !== 'msvc.yaml';
}
