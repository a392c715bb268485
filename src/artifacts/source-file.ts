/** A stretch of a file: UTF-16 offsets, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A place in a file: 1-based line and column, columns counted in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a certain file: what a finding points at. Parsed nodes, instructions and words all are one. */
export interface Location {
  readonly file: SourceFile;
  readonly range: TextRange;
}

/** The text of one file, with the translation from offsets to lines. A BOM is not part of the text. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  /**
   * @param path relative path with `/` separators
   * @param text the decoded content, without a BOM
   */
  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The offset at which each line starts; CRLF, LF and a lone CR each end a line. */
  get lineStarts(): readonly number[] {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts;
  }

  /** The 1-based line and column of an offset; an offset past the end gives the end. */
  position(offset: number): Position {
    const starts = this.lineStarts;
    const bounded = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - (starts[low] ?? 0) + 1 };
  }

  /** The text of a range. */
  slice(range: TextRange): string {
    return this.text.slice(range.start, range.end);
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 10) starts.push(offset + 1);
    else if (unit === 13 && text.charCodeAt(offset + 1) !== 10) starts.push(offset + 1);
  }
  return starts;
}
