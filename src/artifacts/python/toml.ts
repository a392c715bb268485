import type { AST } from 'toml-eslint-parser';
import { getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import type { Location, SourceFile, TextRange } from '../source-file.ts';

/** A TOML value with the place where it is written. */
export interface TomlValue extends Location {
  readonly value: unknown;
  /** The key's own place; a table's header. */
  readonly keyRange: TextRange;
}

/** A TOML file: any value by its path, with its place. */
export interface TomlDocument {
  readonly file: SourceFile;
  /** The value at a path of keys, for example `project`, `requires-python`; arrays of tables by index. */
  get(...path: readonly (string | number)[]): TomlValue | undefined;
  /** The items of the array at a path, each with its place; empty when there is none. */
  items(...path: readonly (string | number)[]): readonly TomlValue[];
  /** The keys directly under a path. */
  keys(...path: readonly (string | number)[]): readonly string[];
}

/** Why and where a TOML file did not parse. */
export interface TomlError extends Location {
  readonly message: string;
}

/**
 * Parses TOML 1.0 with places.
 *
 * @param file the file
 * @returns the document, or the first mistake
 */
export function parseToml(file: SourceFile): TomlDocument | TomlError {
  try {
    return new Document(file, parseTOML(file.text, { tomlVersion: '1.0' }));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return {
      file,
      message: error.message,
      range: { start: error.index, end: Math.min(error.index + 1, file.text.length) },
    };
  }
}

/** Whether parsing failed. */
export function isTomlError(result: TomlDocument | TomlError): result is TomlError {
  return 'message' in result;
}

class Document implements TomlDocument {
  readonly file: SourceFile;
  readonly #values = new Map<string, TomlValue>();
  readonly #items = new Map<string, readonly TomlValue[]>();
  readonly #keys = new Map<string, string[]>();

  constructor(file: SourceFile, program: AST.TOMLProgram) {
    this.file = file;
    for (const node of program.body[0].body) {
      if (node.type === 'TOMLTable') {
        const path = node.resolvedKey;
        const key = { start: node.key.range[0], end: node.key.range[1] };
        this.#put(path, { file, value: undefined, range: rangeOf(node), keyRange: key });
        for (const pair of node.body) this.#pair(path, pair);
      } else this.#pair([], node);
    }
  }

  get(...path: readonly (string | number)[]): TomlValue | undefined {
    return this.#values.get(path.join('\0'));
  }

  items(...path: readonly (string | number)[]): readonly TomlValue[] {
    return this.#items.get(path.join('\0')) ?? [];
  }

  keys(...path: readonly (string | number)[]): readonly string[] {
    return this.#keys.get(path.join('\0')) ?? [];
  }

  #put(path: readonly (string | number)[], value: TomlValue): void {
    this.#values.set(path.join('\0'), value);
    for (let length = path.length; length > 0; length--) {
      const parent = path.slice(0, length - 1).join('\0');
      const keys = this.#keys.get(parent) ?? [];
      this.#keys.set(parent, keys);
      const name = String(path[length - 1]);
      if (keys.includes(name)) break;
      keys.push(name);
    }
  }

  #pair(prefix: readonly (string | number)[], pair: AST.TOMLKeyValue): void {
    const names = pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
    this.#value([...prefix, ...names], pair.value, { start: pair.key.range[0], end: pair.key.range[1] });
  }

  #value(path: readonly (string | number)[], node: AST.TOMLContentNode, keyRange: TextRange): void {
    const value: unknown = getStaticTOMLValue(node);
    this.#put(path, { file: this.file, value, range: rangeOf(node), keyRange });
    if (node.type === 'TOMLInlineTable') for (const pair of node.body) this.#pair(path, pair);
    if (node.type === 'TOMLArray') {
      this.#items.set(
        path.join('\0'),
        node.elements.map((element) => ({
          file: this.file,
          value: getStaticTOMLValue(element) as unknown,
          range: rangeOf(element),
          keyRange,
        })),
      );
    }
  }
}

function rangeOf(node: { readonly range: readonly [number, number] }): TextRange {
  return { start: node.range[0], end: node.range[1] };
}
