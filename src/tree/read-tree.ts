import type { FileStatus, FileSystem } from './file-system.ts';
import { compareText, type FileMode, type Tree, type TreeFile } from './tree.ts';

/** What stands at a path: a file, or something that is none and that we never write through or over. */
export type Entry = TreeFile | { readonly obstacle: 'folder' | 'symbolic link' | 'special file' };

/**
 * What stands at the given paths, symbolic links not followed. A path below a link or a file counts as obstructed.
 *
 * @param fs the disk
 * @param root folder that the paths are relative to
 * @param paths relative paths with `/` separators
 * @returns path → what is there; a path where nothing is, is left out
 */
export function readPaths(fs: FileSystem, root: string, paths: Iterable<string>): ReadonlyMap<string, Entry> {
  const folders = new Map<string, 'free' | 'folder' | 'symbolic link' | 'special file'>();
  const folderAt = (path: string): 'free' | 'folder' | 'symbolic link' | 'special file' => {
    if (path === '') return 'folder';
    const known = folders.get(path);
    if (known !== undefined) return known;
    const above = folderAt(parentOf(path));
    const status = above === 'folder' ? statusOf(fs, `${root}/${path}`) : undefined;
    const found = above !== 'folder' ? above : status === undefined ? 'free' : kindOf(status);
    folders.set(path, found);
    return found;
  };
  const entries = new Map<string, Entry>();
  for (const path of paths) {
    const parent = folderAt(parentOf(path));
    if (parent === 'free') continue;
    if (parent !== 'folder') {
      entries.set(path, { obstacle: parent });
      continue;
    }
    const status = statusOf(fs, `${root}/${path}`);
    if (status === undefined) continue;
    entries.set(path, status.isFile() ? readFile(fs, `${root}/${path}`, status) : { obstacle: kindOf(status) });
  }
  return entries;
}

/**
 * Every regular file of a folder, symbolic links not followed.
 *
 * @param fs the disk
 * @param root the folder; one that does not exist is empty
 * @param skips whether a relative path (file or folder) is left out
 */
export function readTree(fs: FileSystem, root: string, skips: (path: string) => boolean = () => false): Tree {
  const files = new Map<string, TreeFile>();
  const visit = (folder: string): void => {
    const names = statusOf(fs, folder === '' ? root : `${root}/${folder}`)?.isDirectory()
      ? fs.readdirSync(folder === '' ? root : `${root}/${folder}`)
      : [];
    for (const name of names.sort(compareText)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (skips(path)) continue;
      const status = statusOf(fs, `${root}/${path}`);
      if (status?.isDirectory()) visit(path);
      else if (status?.isFile()) files.set(path, readFile(fs, `${root}/${path}`, status));
    }
  };
  visit('');
  return new Map([...files].sort(([left], [right]) => compareText(left, right)));
}

/** The status of a path, symbolic links not followed; undefined where nothing is. */
export function statusOf(fs: FileSystem, path: string): FileStatus | undefined {
  try {
    return fs.lstatSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The folder that a relative path is in; `''` for the root. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '' : path.slice(0, end);
}

/** Text where the bytes are UTF-8, else the bytes. A byte order mark stays part of the text. */
export function contentOf(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function readFile(fs: FileSystem, path: string, status: FileStatus): TreeFile {
  const mode: FileMode = status.mode & 0o100 ? 0o755 : 0o644;
  return { content: contentOf(fs.readFileSync(path)), mode };
}

function kindOf(status: FileStatus): 'folder' | 'symbolic link' | 'special file' {
  if (status.isDirectory()) return 'folder';
  return status.isSymbolicLink() ? 'symbolic link' : 'special file';
}
