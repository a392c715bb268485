import { parseImageReference } from '../image-reference.ts';
import type { Problem } from '../problem.ts';
import { shiftedBy } from '../shell/offset-map.ts';
import { ShellScript, unfoldDockerfile } from '../shell/script.ts';
import type { SourceFile, TextRange } from '../source-file.ts';
import type { Assignment, Dockerfile, Flag, Heredoc, Instruction, Stage, Word } from './dockerfile.ts';
import { type LogicalLine, logicalLines } from './lines.ts';
import { lookUp, substitute } from './variables.ts';
import { readAssignments, readExecForm, readFlags, splitWords } from './words.ts';

/** https://docs.docker.com/reference/dockerfile/#overview */
const keywords: ReadonlySet<string> = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);
const takesFlags: ReadonlySet<string> = new Set(['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN']);
const runsShell: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
const assigns: ReadonlySet<string> = new Set(['ENV', 'ARG', 'LABEL']);

/** A Dockerfile, with what could not be understood. */
export interface ParsedDockerfile {
  readonly dockerfile: Dockerfile;
  readonly problems: readonly Problem[];
}

/**
 * Reads a Dockerfile: directives, continuations, here-documents, flags, exec form, stages.
 *
 * @param file the text; anything is accepted, what is no instruction becomes a problem
 */
export function parseDockerfile(file: SourceFile): ParsedDockerfile {
  const problems: Problem[] = [];
  const directives = readDirectives(file);
  const mark = directives.get('escape')?.value === '`' ? '`' : '\\';
  const instructions: InstructionNode[] = [];
  const stages: StageNode[] = [];
  let posix = true;
  for (const line of logicalLines(file, mark)) {
    const instruction = readInstruction(line, 0, mark, problems);
    if (instruction === undefined) continue;
    if (instruction.keyword === 'FROM') {
      posix = true;
      const stage = readStage(instruction, stages, instructions, problems);
      if (stage) stages.push(stage);
    }
    if (instruction.keyword === 'SHELL') posix = !isWindowsShell(instruction);
    const stage = stages.at(-1);
    instruction.settle(stage, posix);
    stage?.instructions.push(instruction);
    instructions.push(instruction);
  }
  if (stages.length === 0) {
    const range = { start: 0, end: Math.min(file.text.length, 1) };
    problems.push({ kind: 'dockerfile', file, range, message: 'There is no FROM instruction' });
  }
  const dockerfile: Dockerfile = {
    file,
    escape: mark,
    directives,
    instructions,
    stages,
    finalStage: stages.at(-1),
    expand: (text, at) => substitute(text, at, instructions, mark),
    declaration: (name, at) => lookUp(name, at, instructions, mark).declared,
  };
  return { dockerfile, problems };
}

class InstructionNode implements Instruction {
  readonly file: SourceFile;
  readonly range: TextRange;
  readonly keyword: string;
  readonly keywordRange: TextRange;
  readonly flags: readonly Flag[];
  readonly argument: Instruction['argument'];
  readonly exec: readonly Word[] | undefined;
  readonly heredocs: readonly Heredoc[];
  readonly inner: InstructionNode | undefined;
  stage: Stage | undefined;
  #posix = true;
  readonly #line: LogicalLine;
  readonly #from: number;
  readonly #mark: '\\' | '`';
  #words: readonly Word[] | undefined;
  #assignments: readonly Assignment[] | undefined;
  #script: ShellScript | undefined;

  constructor(line: LogicalLine, at: number, keyword: string, mark: '\\' | '`', inner: InstructionNode | undefined) {
    const upper = keyword.toUpperCase();
    const afterKeyword = at + keyword.length;
    const { flags, end } = takesFlags.has(upper) ? readFlags(line, afterKeyword) : { flags: [], end: afterKeyword };
    const rest = line.text.slice(end);
    const last = line.text.trimEnd().length;
    this.file = line.file;
    this.range = line.range(at, last);
    this.keyword = upper;
    this.keywordRange = line.range(at, afterKeyword);
    this.flags = flags;
    this.heredocs = line.heredocs;
    this.inner = inner;
    this.#line = line;
    this.#from = Math.min(end + (rest.length - rest.trimStart().length), last);
    this.#mark = mark;
    this.argument = { file: line.file, range: line.range(this.#from, last) };
    this.exec = assigns.has(upper) ? undefined : readExecForm(line, this.#commandStart());
  }

  /** Says where the instruction stands, which is known only after its neighbours are. */
  settle(stage: Stage | undefined, posix: boolean): void {
    this.stage = stage;
    this.#posix = posix;
    this.inner?.settle(stage, posix);
  }

  get words(): readonly Word[] {
    this.#words ??= splitWords(this.#line, this.#from, this.#mark);
    return this.#words;
  }

  get assignments(): readonly Assignment[] {
    if (!assigns.has(this.keyword)) return [];
    this.#assignments ??= readAssignments(this.#line, this.keyword, this.#from, this.#mark);
    return this.#assignments;
  }

  get script(): ShellScript | undefined {
    if (!this.#posix || this.exec !== undefined || !runsShell.has(this.keyword)) return undefined;
    if (this.keyword === 'HEALTHCHECK' && !/^CMD$/i.test(this.words[0]?.raw ?? '')) return undefined;
    this.#script ??= this.#readScript();
    return this.#script;
  }

  #readScript(): ShellScript | undefined {
    const [heredoc] = this.heredocs;
    if (heredoc && /^<<-?\s*["']?[\w.-]+["']?\s*$/.test(this.#line.text.slice(this.#from))) {
      const text = this.file.slice(heredoc.body.range);
      // The kernel honours a shebang: only a shell's is a shell script.
      if (text.startsWith('#!') && !/^#!\S*[/ ](?:env +)?(?:ba|da|a|z|k)?sh\b/.test(text)) return undefined;
      return new ShellScript(this.file, text, shiftedBy(heredoc.body.range.start));
    }
    const at = this.#commandStart();
    const { start } = this.#line.range(at, at + 1);
    const bodyEnd = this.heredocs.at(-1)?.body.range.end;
    const end = bodyEnd === undefined ? this.argument.range.end : bodyEnd + lineLength(this.file.text, bodyEnd);
    return new ShellScript(this.file, unfoldDockerfile(this.file.text.slice(start, end), this.#mark), shiftedBy(start));
  }

  /** Where the command starts: for HEALTHCHECK after `CMD`. */
  #commandStart(): number {
    if (this.keyword !== 'HEALTHCHECK') return this.#from;
    return this.#from + (/^CMD\s+/i.exec(this.#line.text.slice(this.#from))?.[0].length ?? 0);
  }
}

interface StageNode extends Stage {
  readonly instructions: Instruction[];
}

function readInstruction(
  line: LogicalLine,
  from: number,
  mark: '\\' | '`',
  problems: Problem[],
): InstructionNode | undefined {
  const match = /^(\s*)(\S+)/.exec(line.text.slice(from));
  const at = from + (match?.[1]?.length ?? 0);
  const keyword = match?.[2] ?? '';
  const upper = keyword.toUpperCase();
  const place = { kind: 'dockerfile', file: line.file, range: line.range(at, at + keyword.length) } as const;
  if (!keywords.has(upper)) {
    problems.push({ ...place, message: `${keyword.slice(0, 40)} is no Dockerfile instruction` });
    return undefined;
  }
  if (line.text.slice(at + keyword.length).trim() === '') {
    problems.push({ ...place, message: `${upper} has no argument` });
    return undefined;
  }
  const nested = upper === 'ONBUILD' && from === 0;
  const inner = nested ? readInstruction(line, at + keyword.length, mark, problems) : undefined;
  return new InstructionNode(line, at, keyword, mark, inner);
}

function readStage(
  from: Instruction,
  stages: readonly StageNode[],
  before: readonly Instruction[],
  problems: Problem[],
): StageNode | undefined {
  const [base, as, name, ...rest] = from.words;
  if (base === undefined) return undefined;
  if (rest.length > 0 || (as !== undefined && (!/^as$/i.test(as.raw) || name === undefined))) {
    const message = 'FROM takes an image and, after AS, a name';
    problems.push({ kind: 'dockerfile', file: from.file, range: from.argument.range, message });
  }
  const resolved = substitute(base.value, from, before, '\\');
  const parent = stages.find((stage) => stage.name?.value.toLowerCase() === resolved?.toLowerCase());
  const isImage = resolved !== undefined && parent === undefined && resolved !== 'scratch';
  const image = isImage ? parseImageReference(resolved) : undefined;
  return { index: stages.length, from, base, name, parent, image, instructions: [] };
}

function isWindowsShell(shell: Instruction): boolean {
  return /powershell|pwsh|cmd(\.exe)?$/i.test(shell.exec?.[0]?.value ?? '');
}

function lineLength(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return (end < 0 ? text.length : end) - from;
}

/** Reads `# name=value` lines at the very top: https://docs.docker.com/reference/dockerfile/#parser-directives */
function readDirectives(file: SourceFile): ReadonlyMap<string, Word> {
  const directives = new Map<string, Word>();
  const pattern = /[ \t]*#[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(\S[^\r\n]*?)[ \t]*(?:\r?\n|$)/y;
  for (let at = 0; ; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(file.text);
    if (match === null) return directives;
    const value = match[2] ?? '';
    const start = at + match[0].indexOf(value, match[0].indexOf('=') + 1);
    const word = { file, range: { start, end: start + value.length }, raw: value, value };
    directives.set((match[1] ?? '').toLowerCase(), word);
    at += match[0].length;
  }
}
