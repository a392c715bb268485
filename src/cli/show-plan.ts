import { type Operation, openOperations, type Plan, type Verdict, writingOperations } from '../reconcile/plan.ts';
import type { TreeFile } from '../tree/tree.ts';
import type { Paint } from './context.ts';
import { unifiedDiff } from './unified-diff.ts';
import type { Prepared } from './workspace.ts';

/** How a verdict is shown: its mark, its words and its colour; quiet ones are left out of the tree. */
const SHOWN: Readonly<Record<Verdict, readonly [mark: string, words: string, color: keyof Paint] | undefined>> = {
  create: ['+', '', 'green'],
  update: ['~', '', 'yellow'],
  merge: ['~', 'merged with your edits', 'yellow'],
  conflict: ['!', 'conflict', 'red'],
  delete: ['-', '', 'red'],
  release: ['=', 'no longer generated; edited, so it stays and is yours', 'blue'],
  'stay-deleted': ['=', 'you deleted it; it stays deleted', 'blue'],
  clash: ['!', 'is in the way; not touched', 'red'],
  unmergeable: ['!', 'edited, and what was generated is not to be found; not touched', 'red'],
  move: ['>', '', 'cyan'],
  keep: undefined,
};

/**
 * The plan as a tree with sizes, and below it what it comes to.
 *
 * @param prepared the plan
 * @param paint colours
 */
export function planTree(prepared: Prepared, paint: Paint): string {
  const rows = [
    ...prepared.plan.operations,
    ...prepared.own.map(({ path, after }): Operation => ({ verdict: 'update', path, ...(after ? { after } : {}) })),
  ].filter(({ verdict }) => SHOWN[verdict] !== undefined);
  if (rows.length === 0) return 'Nothing to do: the files are what msvc.yaml says.\n';
  const isFirst = prepared.plan.operations.every(({ verdict }) => verdict === 'create' || verdict === 'clash');
  const sorted = rows
    .map((row) => (isFirst && row.verdict === 'update' ? { ...row, verdict: 'create' as const } : row))
    .sort((left, right) => compareSegments(left.path, right.path));
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const row of sorted) {
    const segments = row.path.split('/');
    const folders = segments.slice(0, -1);
    const shared = folders.findIndex((folder, index) => open[index] !== folder);
    for (let depth = shared === -1 ? folders.length : shared; depth < folders.length; depth++) {
      lines.push(`  ${'  '.repeat(depth)}${paint.dim(`${folders[depth]}/`)}`);
    }
    open = folders;
    lines.push(fileLine(row, segments.at(-1) ?? '', folders.length, paint));
  }
  return `${lines.join('\n')}\n\n${summaryLine(prepared, isFirst)}\n`;
}

/** What a plan comes to, in a line. */
export function summaryLine({ plan, own }: Prepared, isFirst = false): string {
  const counts = new Map<string, number>();
  const count = (word: string, by = 1): void => void counts.set(word, (counts.get(word) ?? 0) + by);
  for (const { verdict } of plan.operations) if (verdict !== 'keep') count(WORDS[verdict]);
  if (own.length > 0) count(isFirst ? WORDS.create : WORDS.update, own.length);
  const bytes = writingOperations(plan).reduce((sum, { after }) => sum + (after ? sizeOf(after) : 0), 0);
  const parts = [...counts].map(([word, number]) => `${number} ${word}`);
  return `${parts.join(', ') || 'nothing to do'}${bytes > 0 ? ` (${formatSize(bytes)})` : ''}`;
}

const WORDS: Readonly<Record<Verdict, string>> = {
  create: 'new',
  update: 'updated',
  merge: 'merged',
  conflict: 'in conflict',
  delete: 'deleted',
  release: 'left to you',
  'stay-deleted': 'staying deleted',
  clash: 'in the way',
  unmergeable: 'not mergeable',
  move: 'moved',
  keep: 'kept',
};

/** The plan as a value for `--json`. */
export function planDocument(prepared: Prepared, withDiff: boolean): object {
  const operations = prepared.plan.operations
    .filter(({ verdict }) => verdict !== 'keep')
    .map((operation) => ({
      verdict: operation.verdict,
      path: operation.path,
      ...(operation.from === undefined ? {} : { from: operation.from }),
      ...(operation.after === undefined
        ? {}
        : { size: sizeOf(operation.after), mode: operation.after.mode.toString(8).padStart(4, '0') }),
      ...(operation.conflicts === undefined ? {} : { conflicts: operation.conflicts }),
      ...(operation.obstacle === undefined ? {} : { obstacle: operation.obstacle }),
      ...(withDiff ? { diff: diffOf(operation) } : {}),
    }));
  return {
    root: prepared.root,
    operations,
    own: prepared.own.map(({ path }) => path),
    summary: {
      changes: writingOperations(prepared.plan).length + prepared.own.length,
      open: openOperations(prepared.plan).length,
    },
  };
}

/** What the plan changes, as a unified diff. */
export function planDiff({ plan }: Prepared): string {
  return writingOperations(plan).map(diffOf).join('');
}

/** What a person has to settle, one line each; empty where nothing is open. */
export function openLines(plan: Plan, paint: Paint): string {
  return openOperations(plan)
    .map(({ verdict, path, conflicts, obstacle }) => {
      const words = SHOWN[verdict]?.[1] ?? '';
      const count = conflicts === undefined ? '' : ` (${conflicts} ${conflicts === 1 ? 'place' : 'places'})`;
      return `${paint.red('!')} ${path}: ${obstacle === undefined ? '' : `a ${obstacle} `}${words}${count}\n`;
    })
    .join('');
}

function diffOf({ path, from, before, after }: Operation): string {
  const isBinary = [before, after].some((file) => file !== undefined && typeof file.content !== 'string');
  if (isBinary) return `Binary file ${path} differs\n`;
  const moved = from === undefined ? '' : `rename from ${from}\nrename to ${path}\n`;
  return moved + unifiedDiff(path, (before?.content as string) ?? '', (after?.content as string) ?? '');
}

function fileLine(row: Operation, name: string, depth: number, paint: Paint): string {
  const [mark, words, color] = SHOWN[row.verdict] ?? ['', '', 'dim'];
  const size = row.after === undefined || row.verdict === 'clash' ? '' : `  ${formatSize(sizeOf(row.after))}`;
  const executable = row.after?.mode === 0o755 ? '*' : '';
  const origin = row.from === undefined ? '' : `  from ${row.from}`;
  const obstacle = row.obstacle === undefined ? '' : `a ${row.obstacle} `;
  const note = words === '' && obstacle === '' ? '' : `  ${obstacle}${words}`;
  return `${paint[color](mark)} ${'  '.repeat(depth)}${name}${executable}${paint.dim(`${size}${origin}`)}${note}`;
}

function sizeOf({ content }: TreeFile): number {
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}

function formatSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** Folders before files of the same folder would read well, but plain order by segment keeps the tree predictable. */
function compareSegments(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split('/'), right.split('/')];
  for (let index = 0; index < Math.min(leftParts.length, rightParts.length); index++) {
    const [a, b] = [leftParts[index] ?? '', rightParts[index] ?? ''];
    if (a !== b) return a < b ? -1 : 1;
  }
  return leftParts.length - rightParts.length;
}
