import type { TextRange } from '../source-file.ts';
import type { Token, Tokens } from './tokens.ts';

/** Thrown where the text is no Python, and where it is nested deeper than anybody writes. */
export class Unreadable {
  /** Undefined where it is only nested too deep. */
  readonly where: TextRange | undefined;

  constructor(where: TextRange | undefined) {
    this.where = where;
  }
}

/** A place among tokens, moved on by those who read them. */
export class Cursor {
  /** The token at hand. A field, since everything that is read asks for it many times. */
  token: Token;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor({ tokens }: Tokens) {
    const [first] = tokens;
    if (first === undefined) throw new Error('There is always an end token');
    this.#tokens = tokens;
    this.token = first;
  }

  get index(): number {
    return this.#index;
  }

  /** Where the last token that was taken ends. */
  get end(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  peek(distance: number): Token {
    return this.#tokens[this.#index + distance] ?? this.#tokens.at(-1) ?? this.token;
  }

  next(): Token {
    const { token } = this;
    const following = this.#tokens[this.#index + 1];
    if (following !== undefined) {
      this.#index++;
      this.token = following;
    }
    return token;
  }

  /** Whether the token is that operator or name. */
  is(text: string): boolean {
    return this.token.text === text;
  }

  /** Takes the operator or keyword, if it is there. */
  accept(text: string): boolean {
    if (this.token.text !== text) return false;
    this.next();
    return true;
  }

  /** Takes the operator or keyword, which must be there. */
  expect(text: string): Token {
    if (!this.is(text)) throw this.unreadable();
    return this.next();
  }

  unreadable(): Unreadable {
    const { start, end } = this.token;
    return new Unreadable({ start, end: Math.max(end, start + 1) });
  }

  /** A range from an offset to the last token that was taken. */
  from(start: number): TextRange {
    return { start, end: this.end };
  }
}
