import { createHash, type Hash } from 'node:crypto';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { decode } from '../artifacts/decode.ts';
import type { FileSource } from '../artifacts/file-source.ts';
import { SourceFile } from '../artifacts/source-file.ts';
import type { LintConfig } from '../lint/config.ts';
import type { Finding } from '../lint/finding.ts';
import type { LintResult } from '../lint/lint.ts';
import { cacheFolder, writeCacheFile } from './cache-folder.ts';
import type { Context } from './context.ts';

/** The layout of the cache file; another one is not read. */
const layout = 1;

interface StoredPlace {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

interface StoredFinding extends Omit<Finding, 'where' | 'fix'> {
  readonly where: StoredPlace;
  readonly fix: readonly (StoredPlace & { readonly text: string })[];
}

interface Stored {
  readonly layout: number;
  /** Of the tool, the settings, the date, and all paths with their sizes. */
  readonly listing: string;
  /** What the run read, in its order, and the hash over all of it. */
  readonly read: readonly string[];
  readonly contents: string;
  /** Sizes that were asked of files that are not listed, ignored ones for example; null where there was none. */
  readonly asked: readonly (readonly [string, number | null])[];
  readonly result: Omit<LintResult, 'findings'> & { readonly findings: readonly StoredFinding[] };
}

/**
 * The result of the last run over a folder. It holds as long as the tool, its settings, the date, the list of files and
 * the contents of every file that the run read are the same. What cannot be read or written is no cache; never an error.
 */
export class LintCache {
  readonly #fs: Context['fs'];
  readonly #file: string;
  readonly #listing: string;
  readonly #source: FileSource;
  readonly #contents = createHash('sha256');
  readonly #read = new Set<string>();
  readonly #asked = new Map<string, number | null>();

  /**
   * @param file where the result is kept
   * @param source all files, as they are now
   * @param settings what else the result depends on, as text
   */
  constructor(
    { fs, cwd, version }: Pick<Context, 'fs' | 'cwd' | 'version'>,
    file: string,
    source: FileSource,
    settings: string,
  ) {
    this.#fs = fs;
    this.#file = file;
    this.#source = source;
    const inside = relative(cwd, file);
    const own = inside.startsWith('..') || isAbsolute(inside) ? undefined : inside.split('\\').join('/');
    const hash = createHash('sha256').update(`${version}\n${settings}\n`);
    for (const path of source.paths) if (path !== own) hash.update(`${path}\0${source.size(path)}\n`);
    this.#listing = hash.digest('hex');
  }

  /** The last result, if nothing that it depends on has changed. */
  load(): LintResult | undefined {
    try {
      const stored = JSON.parse(new TextDecoder().decode(this.#fs.readFileSync(this.#file))) as Stored;
      if (stored.layout !== layout || stored.listing !== this.#listing) return undefined;
      if (stored.asked.some(([path, size]) => (this.#source.size(path) ?? null) !== size)) return undefined;
      const { findings } = stored.result;
      const needed = new Set(findings.flatMap(({ where, fix }) => [where.file, ...fix.map((edit) => edit.file)]));
      const files = new Map<string, SourceFile>();
      const hash = createHash('sha256');
      for (const path of stored.read) {
        const content = this.#source.read(path);
        feed(hash, path, content);
        if (needed.has(path)) files.set(path, decode(path, content ?? '', 'python').file);
      }
      if (hash.digest('hex') !== stored.contents) return undefined;
      const place = ({ file, start, end }: StoredPlace) => ({
        file: files.get(file) ?? new SourceFile(file, ''),
        range: { start, end },
      });
      return {
        ...stored.result,
        findings: findings.map((finding) => ({
          ...finding,
          where: place(finding.where),
          fix: finding.fix.map((edit) => ({ ...place(edit), text: edit.text })),
        })),
      };
    } catch {
      return undefined;
    }
  }

  /** The files, for a run whose result is to be stored. */
  recording(): FileSource {
    const { paths } = this.#source;
    const listed = new Set(paths);
    return {
      paths,
      read: (path) => {
        const content = this.#source.read(path);
        if (!this.#read.has(path)) {
          this.#read.add(path);
          feed(this.#contents, path, content);
        }
        return content;
      },
      size: (path) => {
        const size = this.#source.size(path);
        if (!listed.has(path)) this.#asked.set(path, size ?? null);
        return size;
      },
    };
  }

  /** Keeps a result that was made from `recording()`. */
  store({ findings, files, suppressed, rules }: LintResult): void {
    const reported = new Set(findings.map((finding) => finding.rule));
    const place = ({ file, range }: Finding['where']): StoredPlace => ({ file: file.path, ...range });
    const stored: Stored = {
      layout,
      listing: this.#listing,
      read: [...this.#read],
      contents: this.#contents.digest('hex'),
      asked: [...this.#asked],
      result: {
        findings: findings.map((finding) => ({
          ...finding,
          where: place(finding.where),
          fix: finding.fix.map((edit) => ({ ...place(edit), text: edit.text })),
        })),
        files,
        suppressed,
        rules: rules
          .filter(({ id }) => reported.has(id))
          .map(({ id, summary, severity, preset, why }) => ({ id, summary, severity, preset, why })),
      },
    };
    writeCacheFile({ fs: this.#fs }, this.#file, JSON.stringify(stored));
  }
}

function feed(hash: Hash, path: string, content: Uint8Array | string | undefined): void {
  hash.update(`${path}\0${content === undefined ? 'none' : content.length}\n`);
  if (content !== undefined) hash.update(content);
}

/**
 * Where the result for the current folder is kept.
 *
 * @param named the file that was asked for, if any
 * @returns undefined where the user has no folder for caches
 */
export function cacheFile({ cwd, env }: Pick<Context, 'cwd' | 'env'>, named: string | undefined): string | undefined {
  if (named !== undefined) return resolve(cwd, named);
  const folder = cacheFolder({ env });
  if (folder === undefined) return undefined;
  const name = createHash('sha256').update(cwd).digest('hex').slice(0, 16);
  return join(folder, 'lint', `${name}.json`);
}

/** What of the settings a result depends on. */
export function settingsKey({ preset, rules, overrides, ignore }: LintConfig, today: string): string {
  const plain = (table: LintConfig['rules']) =>
    [...table].map(([name, { severity, options }]) => [name, severity, options]);
  return JSON.stringify([
    today,
    preset,
    plain(rules),
    ignore,
    overrides.map((item) => [item.files, plain(item.rules)]),
  ]);
}
