import { readFileSync } from 'node:fs';

declare const __CHANGELOG__: string | undefined;

/** This tool's changelog, in Markdown: put in by the build, read from the file when the sources run as they are. */
export function changelog(): string {
  if (typeof __CHANGELOG__ === 'string') return __CHANGELOG__;
  return readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
}

/**
 * What has changed since a version.
 *
 * @param text a changelog, newest first (https://keepachangelog.com/en/1.1.0/): a heading `## [1.2.0] - 2026-01-31` a version
 * @param from the version that is known
 * @returns the sections above that version's; all of them where it is not listed; empty where nothing is new
 */
export function changesSince(text: string, from: string): string {
  const [, ...sections] = text.split(/^(?=## )/m);
  const known = sections.findIndex((section) => /^## \[?v?([^\]\s]+)/.exec(section)?.[1] === from);
  return sections
    .slice(0, known === -1 ? sections.length : known)
    .map((section) => section.trim())
    .filter((section) => section.includes('\n'))
    .join('\n\n');
}
