import { createHash } from 'node:crypto';
import type { FileSystem } from './file-system.ts';
import { contentOf, parentOf, readPaths, statusOf } from './read-tree.ts';
import type { FileMode, TreeFile } from './tree.ts';
import { UserError } from './user-error.ts';

/** One path and what it holds afterwards; undefined where it is to go. */
export interface Change {
  readonly path: string;
  readonly after: TreeFile | undefined;
  /** Set where another program writes the file afterwards: to undo restores it whatever it then holds. */
  readonly volatile?: true;
}

/** Our own folder for what is in hand and for the last apply. It ignores itself, so that git never sees it. */
export const STATE_FOLDER = '.msvc/state';
const APPLY = `${STATE_FOLDER}/apply`;
const LAST = `${STATE_FOLDER}/last`;
const JOURNAL = 'journal.json';

interface Step {
  readonly path: string;
  /** Whether a file was at the path before; it is kept as `old/<index>`. */
  readonly replaces: boolean;
  /** Whether a file comes to the path; it is staged as `new/<index>`. */
  readonly brings: boolean;
  readonly oldMode?: number;
  /** A digest of what comes, to tell later whether it was edited since. */
  readonly newDigest?: string;
  readonly volatile?: true;
}

interface Journal {
  readonly version: 1;
  readonly label: string;
  readonly steps: readonly Step[];
  /** Folders that did not exist, outermost first. */
  readonly folders: readonly string[];
}

/** What the last apply changed. */
export interface LastApply {
  readonly label: string;
  /** What takes it back. */
  readonly before: readonly Change[];
  /** The paths that no longer hold what the apply left there. */
  readonly editedSince: readonly string[];
}

/**
 * Applies all changes, or none. What is new is written beside first; then a journal, and only then are files moved. An
 * error in between is rolled back at once; where the process is killed, {@link recover} rolls back by the journal. The
 * last move (`apply` becomes `last`) is the moment from which the new state counts, and what was replaced is kept there.
 * It guards against a killed process, not against a power cut: nothing is forced to the platter.
 *
 * @param fs the disk
 * @param root folder that the paths are relative to; made where it does not exist
 * @param changes the changes; a path occurs once
 * @param label what is being done, for `undo`
 * @throws UserError where the disk refuses (full, read-only, no permission) or a path is obstructed; the disk is as before
 */
export function applyChanges(fs: FileSystem, root: string, changes: readonly Change[], label: string): void {
  recover(fs, root);
  if (changes.length === 0) return;
  const made: string[] = [];
  try {
    for (const folder of missingFolders(fs, root)) {
      fs.mkdirSync(folder);
      made.push(folder);
    }
    checkPaths(fs, root, changes);
    stage(fs, root, changes, label);
  } catch (error) {
    // A disk that refuses may refuse to clean up too; the next run then does it.
    attempt(() => recover(fs, root));
    for (const folder of made.reverse()) attempt(() => fs.rmdirSync(folder));
    throw explain(error, root);
  }
  try {
    commit(fs, root);
  } catch (error) {
    attempt(() => recover(fs, root));
    for (const folder of made.reverse()) attempt(() => fs.rmdirSync(folder));
    throw explain(error, root);
  }
}

/**
 * Rolls back what a killed apply left behind.
 *
 * @param fs the disk
 * @param root the folder that was being changed
 * @returns what had been in hand, or undefined where nothing was
 */
export function recover(fs: FileSystem, root: string): string | undefined {
  if (statusOf(fs, `${root}/${APPLY}`) === undefined) {
    removeStateIfEmpty(fs, root);
    return undefined;
  }
  const journal = readJournal(fs, `${root}/${APPLY}/${JOURNAL}`);
  if (journal !== undefined) {
    for (const [index, step] of [...journal.steps.entries()].reverse()) undoStep(fs, root, step, index);
    for (const folder of [...journal.folders].reverse()) {
      if (statusOf(fs, `${root}/${folder}`)?.isDirectory()) attempt(() => fs.rmdirSync(`${root}/${folder}`));
    }
    // Staged files first and the journal last, so that a kill in here starts the roll-back again.
    for (const kind of ['new', 'old']) removeFolder(fs, `${root}/${APPLY}/${kind}`);
  }
  removeFolder(fs, `${root}/${APPLY}`);
  removeStateIfEmpty(fs, root);
  return journal?.label ?? 'an apply that had not begun';
}

/** What the last apply replaced; undefined where there was none. */
export function lastApply(fs: FileSystem, root: string): LastApply | undefined {
  const journal = readJournal(fs, `${root}/${LAST}/${JOURNAL}`);
  if (journal === undefined) return undefined;
  const before = journal.steps.map(({ path, replaces, oldMode, volatile }, index): Change => {
    const rest = volatile ? { volatile } : {};
    if (!replaces) return { path, after: undefined, ...rest };
    const content = contentOf(fs.readFileSync(`${root}/${LAST}/old/${index}`));
    return { path, after: { content, mode: (oldMode ?? 0) & 0o100 ? 0o755 : 0o644 }, ...rest };
  });
  const disk = readPaths(
    fs,
    root,
    journal.steps.map(({ path }) => path),
  );
  const editedSince = journal.steps.filter(({ path, newDigest, volatile }) => {
    if (volatile) return false;
    const entry = disk.get(path);
    if (entry === undefined || 'obstacle' in entry) return entry !== undefined || newDigest !== undefined;
    return digest(entry.content) !== newDigest;
  });
  return { label: journal.label, before, editedSince: editedSince.map(({ path }) => path) };
}

/**
 * Takes the last apply back as if it had never been: unlike undoing, this cannot be undone. For a run that is interrupted
 * after its apply.
 *
 * @param fs the disk
 * @param root the folder that was changed
 */
export function takeBack(fs: FileSystem, root: string): void {
  const last = lastApply(fs, root);
  if (last === undefined) return;
  applyChanges(fs, root, last.before, `take back ${last.label}`);
  removeFolder(fs, `${root}/${LAST}`);
  removeStateIfEmpty(fs, root);
}

function stage(fs: FileSystem, root: string, changes: readonly Change[], label: string): void {
  const state = `${root}/${STATE_FOLDER}`;
  fs.mkdirSync(`${root}/${APPLY}/new`, { recursive: true });
  fs.mkdirSync(`${root}/${APPLY}/old`);
  if (statusOf(fs, `${state}/.gitignore`) === undefined) fs.writeFileSync(`${state}/.gitignore`, '*\n');
  const steps = changes.map(({ path, after, volatile }, index): Step => {
    const status = statusOf(fs, `${root}/${path}`);
    if (after !== undefined) writeExactly(fs, `${root}/${APPLY}/new/${index}`, after, status?.mode);
    return {
      path,
      replaces: status !== undefined,
      brings: after !== undefined,
      ...(status === undefined ? {} : { oldMode: status.mode & 0o7777 }),
      ...(after === undefined ? {} : { newDigest: digest(after.content) }),
      ...(volatile ? { volatile } : {}),
    };
  });
  const folders = new Set<string>();
  for (const { path, after } of changes) {
    if (after === undefined) continue;
    const segments = path.split('/').slice(0, -1);
    for (let length = 1; length <= segments.length; length++) {
      const folder = segments.slice(0, length).join('/');
      if (statusOf(fs, `${root}/${folder}`) === undefined) folders.add(folder);
    }
  }
  const journal: Journal = { version: 1, label, steps, folders: [...folders] };
  fs.writeFileSync(`${root}/${APPLY}/${JOURNAL}.part`, JSON.stringify(journal));
  fs.renameSync(`${root}/${APPLY}/${JOURNAL}.part`, `${root}/${APPLY}/${JOURNAL}`);
}

function commit(fs: FileSystem, root: string): void {
  const journal = readJournal(fs, `${root}/${APPLY}/${JOURNAL}`);
  if (journal === undefined) throw new Error('staging left no journal');
  for (const folder of journal.folders) fs.mkdirSync(`${root}/${folder}`);
  for (const [index, step] of journal.steps.entries()) {
    if (step.replaces) fs.renameSync(`${root}/${step.path}`, `${root}/${APPLY}/old/${index}`);
    if (step.brings) fs.renameSync(`${root}/${APPLY}/new/${index}`, `${root}/${step.path}`);
  }
  removeEmptyFolders(fs, root, journal.steps);
  removeFolder(fs, `${root}/${LAST}`);
  fs.renameSync(`${root}/${APPLY}`, `${root}/${LAST}`);
}

/** Undoes a step as far as it went. */
function undoStep(fs: FileSystem, root: string, step: Step, index: number): void {
  const target = `${root}/${step.path}`;
  const old = `${root}/${APPLY}/old/${index}`;
  const arrived = step.brings && statusOf(fs, `${root}/${APPLY}/new/${index}`) === undefined;
  if (step.replaces) {
    if (statusOf(fs, old) === undefined) return;
    fs.mkdirSync(parentOf(target), { recursive: true });
    fs.renameSync(old, target);
    return;
  }
  if (!arrived || statusOf(fs, target) === undefined) return;
  // Back into staging rather than gone: were we killed here, "not arrived" would be true again.
  fs.renameSync(target, `${root}/${APPLY}/new/${index}`);
}

/** The folders that deleting has emptied. */
function removeEmptyFolders(fs: FileSystem, root: string, steps: readonly Step[]): void {
  for (const { path, brings } of steps) {
    if (brings) continue;
    for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) {
      const status = statusOf(fs, `${root}/${folder}`);
      if (!status?.isDirectory() || fs.readdirSync(`${root}/${folder}`).length > 0) break;
      fs.rmdirSync(`${root}/${folder}`);
    }
  }
}

/** With exactly the mode that is asked for, whatever the umask; a file that exists keeps its other bits. */
function writeExactly(fs: FileSystem, path: string, file: TreeFile, previous: number | undefined): void {
  fs.writeFileSync(path, file.content);
  fs.chmodSync(path, previous === undefined ? file.mode : withExecutable(previous & 0o777, file.mode));
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function withExecutable(previous: number, mode: FileMode): number {
  if (mode === 0o644) return previous & ~0o111;
  return previous & 0o100 ? previous : previous | ((previous & 0o444) >> 2);
}

function checkPaths(fs: FileSystem, root: string, changes: readonly Change[]): void {
  const seen = new Set<string>();
  for (const { path } of changes) {
    if (path === '' || path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
      throw new Error(`not a path inside the folder: ${path}`);
    }
    if (seen.has(path)) throw new Error(`two changes of one path: ${path}`);
    seen.add(path);
  }
  for (const [path, entry] of readPaths(fs, root, [...seen, `${APPLY}/${JOURNAL}`])) {
    if ('obstacle' in entry) {
      throw new UserError(`${path} cannot be written: a ${entry.obstacle} is in its way`, {
        place: { file: path },
        remedy: 'Move it away and run the command again.',
      });
    }
  }
}

/** The folders above and at a path that do not exist, outermost first. */
export function missingFolders(fs: FileSystem, root: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = root; folder !== '' && statusOf(fs, folder) === undefined; folder = parentOf(folder)) {
    missing.unshift(folder);
  }
  return missing;
}

function readJournal(fs: FileSystem, path: string): Journal | undefined {
  if (statusOf(fs, path) === undefined) return undefined;
  return JSON.parse(new TextDecoder().decode(fs.readFileSync(path))) as Journal;
}

/** A folder and what is in it, the journal last; links are removed, not followed. */
export function removeFolder(fs: FileSystem, path: string): void {
  const status = statusOf(fs, path);
  if (status === undefined) return;
  if (!status.isDirectory()) {
    fs.unlinkSync(path);
    return;
  }
  const names = fs.readdirSync(path).sort((left, right) => Number(left === JOURNAL) - Number(right === JOURNAL));
  for (const name of names) removeFolder(fs, `${path}/${name}`);
  fs.rmdirSync(path);
}

/** Takes our folders away again where the apply that made them came to nothing. */
function removeStateIfEmpty(fs: FileSystem, root: string): void {
  const state = `${root}/${STATE_FOLDER}`;
  if (!statusOf(fs, state)?.isDirectory()) return;
  const names = fs.readdirSync(state);
  if (names.some((name) => name !== '.gitignore')) return;
  for (const name of names) fs.unlinkSync(`${state}/${name}`);
  fs.rmdirSync(state);
  const own = `${root}/${parentOf(STATE_FOLDER)}`;
  if (fs.readdirSync(own).length === 0) fs.rmdirSync(own);
}

function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // The error that brought us here is the one to tell.
  }
}

const REFUSALS: Readonly<Record<string, readonly [fact: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space and run the command again.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and run the command again.'],
  EROFS: ['the disk is read-only', 'Choose another folder, or mount it writable.'],
  EACCES: ['permission is denied', 'Make the folder writable for you.'],
  EPERM: ['the operation is not permitted', 'Make the folder writable for you.'],
  ENOENT: ['no folder can be made there', 'Choose another folder.'],
  ENOTDIR: ['a file is where a folder would be', 'Choose another folder.'],
  ENAMETOOLONG: ['a path is too long for this disk', 'Choose a shorter folder.'],
};

/** A refusal of the disk in words; the state on the disk is as before. */
function explain(error: unknown, root: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const refusal = code === undefined ? undefined : REFUSALS[code];
  if (refusal === undefined) return error;
  return new UserError(`nothing was changed: ${refusal[0]}`, {
    place: { file: path ?? root },
    remedy: refusal[1],
    cause: error,
  });
}
