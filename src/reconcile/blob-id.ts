import { createHash } from 'node:crypto';

/**
 * The id that git gives a file's content (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), so that it can be
 * found in a repository's own objects.
 */
export function blobId(content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
