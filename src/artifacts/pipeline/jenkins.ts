import type { Problem } from '../problem.ts';
import { alignedWith, shiftedBy } from '../shell/offset-map.ts';
import { ShellScript } from '../shell/script.ts';
import type { SourceFile, TextRange } from '../source-file.ts';
import { type GroovyToken, groovyTokens } from './groovy-tokens.ts';
import type { JenkinsArgument, JenkinsAssignment, JenkinsCall, JenkinsPipeline } from './pipeline.ts';

/** A Jenkinsfile with what could not be understood. */
export interface ParsedJenkinsfile {
  readonly pipeline: JenkinsPipeline;
  readonly problems: readonly Problem[];
}

const maximumDepth = 100;

/**
 * Reads a Jenkinsfile, declarative or scripted, as a tree of calls: `stage('Test') { steps { sh 'make test' } }`. Other
 * Groovy is passed over; the calls inside it are found all the same.
 */
export function parseJenkinsfile(file: SourceFile): ParsedJenkinsfile {
  const { tokens, unclosed } = groovyTokens(file.text);
  const problems: Problem[] = [];
  const complain = (range: TextRange, message: string) => {
    if (problems.length === 0) problems.push({ kind: 'pipeline', file, range, message });
  };
  if (unclosed !== undefined) complain({ start: unclosed, end: unclosed + 1 }, 'The string or comment never ends');
  const reader = new CallReader(file, tokens, complain);
  const calls = reader.calls(0);
  const declarative = calls.some((call) => call.name === 'pipeline');
  return { pipeline: { kind: 'jenkins', file, declarative, calls, assignments: reader.assignments }, problems };
}

/** A call and all calls inside it, in order. */
export function* nestedCalls(calls: readonly JenkinsCall[]): Generator<JenkinsCall> {
  for (const call of calls) {
    yield call;
    yield* nestedCalls(call.body);
  }
}

class CallReader {
  readonly assignments: JenkinsAssignment[] = [];
  readonly #file: SourceFile;
  readonly #tokens: readonly GroovyToken[];
  readonly #complain: (range: TextRange, message: string) => void;
  #at = 0;

  constructor(file: SourceFile, tokens: readonly GroovyToken[], complain: (range: TextRange, message: string) => void) {
    this.#file = file;
    this.#tokens = tokens;
    this.#complain = complain;
  }

  /** All calls up to the end or the brace that closes the block at hand. */
  calls(depth: number): JenkinsCall[] {
    const found: JenkinsCall[] = [];
    let startsStatement = true;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (startsStatement) this.#noteAssignment(token);
      if (token.text === '}' && token.kind === 'sign') {
        if (depth > 0) return found;
        this.#complain(token, 'The brace closes nothing');
        this.#at++;
      } else if (token.kind === 'word' && this.#startsCall(startsStatement)) {
        found.push(this.#call(depth));
        startsStatement = true;
        continue;
      } else if (token.text === '{' && token.kind === 'sign') {
        found.push(...this.#block(token, depth));
      } else this.#at++;
      startsStatement = token.kind === 'line' || /^[;{}]$/.test(token.text) || token.text === '>';
    }
    return found;
  }

  /** Remembers `NAME = 'text'` or `NAME = call(…)`; the reading goes on as if nothing had happened. */
  #noteAssignment(token: GroovyToken): void {
    const [equals, value, after] = this.#tokens.slice(this.#at + 1, this.#at + 4);
    if (token.kind !== 'word' || equals?.text !== '=' || equals.kind !== 'sign' || value === undefined) return;
    if (value.text === '=' && value.kind === 'sign') return;
    const ends = after === undefined || after.kind === 'line' || (after.kind === 'sign' && /[;}]/.test(after.text));
    this.assignments.push({
      file: this.#file,
      range: { start: token.start, end: token.end },
      name: token.text,
      value: ends ? argumentOf(this.#file, value, undefined, true) : undefined,
      call: value.kind === 'word' && after?.text === '(' ? value.text : undefined,
    });
  }

  /** `name(`, `name {`, or at the start of a statement `name 'text'`, `name word: …`, `name [`. */
  #startsCall(startsStatement: boolean): boolean {
    const word = this.#tokens[this.#at];
    const next = this.#tokens[this.#at + 1];
    if (word === undefined || next === undefined || notCalls.has(word.text)) return false;
    if (next.text === '(' || (next.text === '{' && next.kind === 'sign')) return true;
    if (next.text === '.' && next.kind === 'sign') return false;
    if (!startsStatement) return false;
    if (next.kind === 'string' || next.kind === 'number') return true;
    return next.kind === 'word' && !notCalls.has(next.text) && this.#tokens[this.#at + 2]?.text !== '=';
  }

  #call(depth: number): JenkinsCall {
    const word = this.#tokens[this.#at] ?? { start: 0, end: 0, text: '' };
    this.#at++;
    const args: JenkinsArgument[] = [];
    const inner: JenkinsCall[] = [];
    if (this.#peek()?.text === '(') {
      this.#at++;
      this.#arguments(args, inner, ')', depth);
    } else if (this.#peek()?.text !== '{') this.#arguments(args, inner, undefined, depth);
    const brace = this.#peek();
    const hasBody = brace?.text === '{' && brace.kind === 'sign';
    const body = hasBody ? this.#block(brace, depth) : [];
    const end = this.#tokens[this.#at - 1]?.end ?? word.end;
    const file = this.#file;
    return {
      file,
      range: { start: word.start, end: word.end },
      extent: { start: word.start, end },
      name: word.text,
      args,
      hasBody,
      body: [...inner, ...body],
      script: word.text === 'sh' ? shellOf(file, args) : undefined,
    };
  }

  /** Reads up to the closing sign, or to the end of the statement where there is none. */
  #arguments(args: JenkinsArgument[], inner: JenkinsCall[], close: string | undefined, depth: number): void {
    let level = 0;
    let name: string | undefined;
    let length = 0;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      const isSign = token.kind === 'sign';
      if (level === 0 && isSign && token.text === close) {
        this.#at++;
        return;
      }
      if (close === undefined && level === 0 && (token.kind === 'line' || (isSign && /[;{}]/.test(token.text)))) return;
      if (isSign && token.text === '{') {
        inner.push(...this.#block(token, depth));
        continue;
      }
      if (isSign && token.text === '}') return;
      if (isSign && /[[(]/.test(token.text)) level++;
      if (isSign && /[\])]/.test(token.text)) level--;
      const next = this.#tokens[this.#at + 1];
      if (token.kind === 'word' && next?.text === ':') {
        name = token.text;
        this.#at += 2;
        length = 0;
        continue;
      }
      if (token.kind === 'word' && next?.text === '(') {
        inner.push(this.#call(depth));
        name = undefined;
        continue;
      }
      if (isSign && token.text === ',') {
        name = undefined;
        length = 0;
      } else if (token.kind !== 'sign' && token.kind !== 'line') {
        // `'a' + b` is no literal: the second part takes the value's certainty away.
        const joined = length > 0;
        if (joined) args.pop();
        args.push(argumentOf(this.#file, token, name, !joined));
        length++;
      }
      this.#at++;
    }
  }

  #block(brace: GroovyToken, depth: number): JenkinsCall[] {
    this.#at++;
    if (depth >= maximumDepth) {
      this.#complain(brace, `Blocks are nested more than ${maximumDepth} deep`);
      this.#at = this.#tokens.length;
      return [];
    }
    const calls = this.calls(depth + 1);
    if (this.#peek() === undefined) this.#complain(brace, 'The brace is never closed');
    this.#at++;
    return calls;
  }

  #peek(): GroovyToken | undefined {
    return this.#tokens[this.#at];
  }
}

/** Words that may stand before another word or a parenthesis without calling anything. */
const notCalls: ReadonlySet<string> = new Set([
  ...['def', 'final', 'static', 'private', 'public', 'return', 'new', 'import', 'package', 'class', 'else', 'in', 'as'],
  ...['instanceof', 'throw', 'String', 'int', 'boolean', 'List', 'Map', 'case', 'default', 'void', 'Object'],
]);

function argumentOf(file: SourceFile, token: GroovyToken, name: string | undefined, single: boolean): JenkinsArgument {
  const known = single && token.kind !== 'word' && !(token.interpolated && /\$[{A-Za-z_]/.test(token.text));
  const isString = token.kind === 'string';
  const literal = token.text === 'true' || token.text === 'false';
  return {
    file,
    range: { start: token.start, end: token.end },
    name,
    text: token.text,
    value: known ? (isString ? unescaped(token.text) : token.text) : literal && single ? token.text : undefined,
    isString,
    interpolated: token.interpolated,
    content: { start: token.content, end: token.content + token.text.length },
  };
}

function shellOf(file: SourceFile, args: readonly JenkinsArgument[]): ShellScript | undefined {
  const argument =
    args.find((candidate) => candidate.name === 'script') ?? args.find((candidate) => candidate.name === undefined);
  if (!argument?.isString) return undefined;
  const { text, interpolated, content } = argument;
  // What Groovy fills in stands as a variable of the same length, whose value is unknown.
  const masked = interpolated ? text.replace(/\\\$|\$\{[^}]*\}|\$[A-Za-z_]\w*/g, mask) : text;
  if (!masked.includes('\\')) return new ShellScript(file, masked, shiftedBy(content.start));
  return new ShellScript(file, unescaped(masked), alignedWith(unescaped(masked), file.text, content));
}

function mask(found: string): string {
  return found.startsWith('\\') ? found : `$${'_'.repeat(found.length - 1)}`;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:\r?\n|([\s\S]))/g, (_whole, unit: string | undefined) => {
    if (unit === undefined) return '';
    return { n: '\n', t: '\t', r: '\r' }[unit] ?? unit;
  });
}
