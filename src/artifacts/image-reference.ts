/** The parts of an image's name: `registry:5000/team/app:1.2@sha256:…`. */
export interface ImageReference {
  /** The host, as written; undefined when the name stands for Docker Hub. */
  readonly registry: string | undefined;
  /** The path without the registry: `library/python` is kept as written, `python`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * Reads an image reference as Docker does: the first part is a host when it holds a dot or a colon or is `localhost`.
 *
 * @returns undefined when the text is no image reference, for example because it holds a variable
 * @see https://github.com/distribution/reference
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const [name = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !/^[a-z0-9+._-]+:[0-9a-fA-F]{32,}$/.test(digest))) return undefined;
  const slash = name.indexOf('/');
  const head = name.slice(0, Math.max(slash, 0));
  const isHost = head.includes('.') || head.includes(':') || head === 'localhost';
  const path = isHost ? name.slice(slash + 1) : name;
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  if (!/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository)) return undefined;
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  return { registry: isHost ? head : undefined, repository, tag, digest };
}
