import type { ArtifactKind, Problem } from './problem.ts';
import { SourceFile } from './source-file.ts';

/** Files larger than this are not parsed; nobody writes them by hand. */
export const maximumFileSize = 5_000_000;

/** A decoded file, or why it could not be read. */
export interface Decoded {
  readonly file: SourceFile;
  readonly problem: Problem | undefined;
}

/**
 * Decodes a file's bytes: UTF-8 with or without a BOM, or UTF-16 with one.
 *
 * @returns the text, and a problem where bytes are no valid text
 */
export function decode(path: string, content: Uint8Array | string, kind: ArtifactKind): Decoded {
  const text = typeof content === 'string' ? content : decodeBytes(content);
  if (text === undefined && typeof content !== 'string') {
    const file = new SourceFile(path, new TextDecoder('utf-8').decode(content));
    const start = Math.max(0, file.text.indexOf('\uFFFD'));
    return { file, problem: { kind, file, range: { start, end: start + 1 }, message: 'The file is not valid UTF-8' } };
  }
  const file = new SourceFile(path, stripBom(text ?? ''));
  const nul = file.text.indexOf('\0');
  if (nul < 0) return { file, problem: undefined };
  return {
    file,
    problem: { kind, file, range: { start: nul, end: nul + 1 }, message: 'The file contains a NUL byte' },
  };
}

function decodeBytes(bytes: Uint8Array): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function stripBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
