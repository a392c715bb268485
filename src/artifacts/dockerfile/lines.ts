import type { SourceFile, TextRange } from '../source-file.ts';
import type { Heredoc } from './dockerfile.ts';

/** An instruction's text with its continued lines joined, and the way back to the file. */
export class LogicalLine {
  readonly file: SourceFile;
  readonly text: string;
  readonly heredocs: Heredoc[] = [];
  /** Where each joined piece starts: in `text` and in the file. */
  readonly #pieces: readonly { readonly at: number; readonly start: number; readonly length: number }[];

  constructor(file: SourceFile, pieces: readonly TextRange[]) {
    let at = 0;
    this.file = file;
    this.#pieces = pieces.map(({ start, end }) => {
      const piece = { at, start, length: end - start };
      at += end - start;
      return piece;
    });
    this.text = pieces.map((piece) => file.slice(piece)).join('');
  }

  /** The file range of a stretch of the joined text. */
  range(start: number, end: number): TextRange {
    const from = this.#offset(start);
    return { start: from, end: end > start ? this.#offset(end - 1) + 1 : from };
  }

  #offset(at: number): number {
    const piece = this.#pieces.findLast((candidate) => candidate.at <= at) ?? this.#pieces[0];
    if (piece === undefined) return 0;
    return piece.start + Math.min(at - piece.at, piece.length);
  }
}

/** Instructions whose argument may open a here-document. */
const takesHeredoc = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;
const heredocStart = /<<(-?)\s*(?:"([^"\s]+)"|'([^'\s]+)'|([A-Za-z_][\w.-]*))/g;

/** Cuts a Dockerfile into its instructions, comments left out, continued lines joined. */
export function logicalLines(file: SourceFile, mark: '\\' | '`'): readonly LogicalLine[] {
  const reader = new LineReader(file);
  const lines: LogicalLine[] = [];
  let pieces: TextRange[] = [];
  const finish = (): void => {
    if (pieces.length === 0) return;
    const line = new LogicalLine(file, pieces);
    pieces = [];
    if (line.text.trim() === '') return;
    if (takesHeredoc.test(line.text)) readHeredocs(line, reader);
    lines.push(line);
  };
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    const bare = file.slice(next).trimEnd();
    const trimmed = bare.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const continued = bare.endsWith(mark);
    pieces.push({ start: next.start, end: next.start + bare.length - (continued ? 1 : 0) });
    if (!continued) finish();
  }
  finish();
  return lines;
}

function readHeredocs(line: LogicalLine, reader: LineReader): void {
  for (const [, dash, double, single, bare] of line.text.matchAll(heredocStart)) {
    const name = double ?? single ?? bare ?? '';
    const start = reader.offset;
    let end = start;
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      end = next.start;
      const text = line.file.slice(next);
      if ((dash ? text.replace(/^\t+/, '') : text) === name) break;
      end = reader.offset;
    }
    line.heredocs.push({ name, quoted: bare === undefined, body: { file: line.file, range: { start, end } } });
  }
}

/** Steps through the physical lines of a file, without their line ends. */
class LineReader {
  readonly #file: SourceFile;
  #line = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  /** Where the next line starts. */
  get offset(): number {
    return this.#file.lineStarts[this.#line] ?? this.#file.text.length;
  }

  next(): TextRange | undefined {
    const starts = this.#file.lineStarts;
    const start = starts[this.#line];
    if (start === undefined) return undefined;
    this.#line++;
    let end = starts[this.#line] ?? this.#file.text.length;
    while (end > start && (this.#file.text[end - 1] === '\n' || this.#file.text[end - 1] === '\r')) end--;
    return { start, end };
  }
}
