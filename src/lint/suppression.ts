import type { Repository } from '../artifacts/repository.ts';
import type { Location, SourceFile, TextRange } from '../artifacts/source-file.ts';

/** A comment or annotation that silences rules. */
export interface Suppression extends Location {
  /** Rules as they are named there: our ids or a peer's. */
  readonly rules: readonly string[];
  /** Whose convention it follows; only our own need a reason and are reported when unused. */
  readonly convention: 'msvc' | 'peer';
  /** Where it holds: offsets of the file. */
  readonly scope: TextRange;
  readonly reason: string | undefined;
  /** ISO date from which it has no effect. */
  readonly until: string | undefined;
}

/** Every name of a suppression comment starts with one of these. */
const marker =
  /msvc-ignore|hadolint|checkov:skip|trivy:ignore|zizmor: *ignore|dclint +disable|shellcheck +disable|noqa/;
const own = /(?:#|\/\/)[ \t]*msvc-ignore(-file)?[ \t]+([^\r\n]*)/g;

/** One peer's comment: which rules it names, and how far it reaches. */
interface PeerComment {
  readonly pattern: RegExp;
  readonly reach: 'line' | 'next' | 'file';
  readonly prefix: string;
}

const peerComments: readonly PeerComment[] = [
  // https://github.com/hadolint/hadolint#ignoring-rules
  { pattern: /#[ \t]*hadolint[ \t]+ignore[ \t]*=[ \t]*([\w, \t]+)/g, reach: 'next', prefix: 'hadolint' },
  { pattern: /#[ \t]*hadolint[ \t]+global[ \t]+ignore[ \t]*=[ \t]*([\w, \t]+)/g, reach: 'file', prefix: 'hadolint' },
  // https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
  { pattern: /#[ \t]*checkov:skip=(\w+(?:,\w+)*)/g, reach: 'file', prefix: 'checkov' },
  // https://trivy.dev/latest/docs/configuration/filtering/#by-inline-comments
  { pattern: /#[ \t]*trivy:ignore:([\w-]+)/g, reach: 'next', prefix: 'trivy' },
  // https://docs.zizmor.sh/usage/#with-comments
  { pattern: /#[ \t]*zizmor:[ \t]*ignore\[([\w, -]+)\]/g, reach: 'line', prefix: 'zizmor' },
  // https://github.com/zavoloklom/docker-compose-linter#using-configuration-comments
  { pattern: /#[ \t]*dclint[ \t]+disable-line[ \t]+([\w, \t-]+)/g, reach: 'line', prefix: 'dclint' },
  { pattern: /#[ \t]*dclint[ \t]+disable[ \t]+([\w, \t-]+)/g, reach: 'file', prefix: 'dclint' },
  // https://www.shellcheck.net/wiki/Directive
  { pattern: /#[ \t]*shellcheck[ \t]+disable=([\w,]+)/g, reach: 'next', prefix: 'shellcheck' },
  // https://docs.astral.sh/ruff/linter/#error-suppression
  { pattern: /#[ \t]*noqa:[ \t]*(\w+(?:[, \t]+\w+)*)/gi, reach: 'line', prefix: 'ruff' },
];

/** Everything that silences a rule in a repository, in comments and annotations. */
export function findSuppressions(repository: Repository): readonly Suppression[] {
  const inComments = [...repository.sources.values()].flatMap((file) =>
    marker.test(file.text) ? commentsOf(file, repository) : [],
  );
  return [...inComments, ...annotationsOf(repository)];
}

function commentsOf(file: SourceFile, repository: Repository): readonly Suppression[] {
  const found: Suppression[] = [];
  for (const match of file.text.matchAll(own)) {
    const range = { start: match.index, end: match.index + match[0].trimEnd().length };
    const parsed = /^(.*?)(?:[ \t]+until[ \t]+(\d{4}-\d{2}-\d{2}))?(?:[ \t]+--[ \t]*(.*))?$/.exec(
      (match[2] ?? '').trim(),
    );
    const scope = match[1] ? wholeFile(file) : reachOf(file, range, repository);
    const rules = names(parsed?.[1] ?? '');
    found.push({ file, range, rules, convention: 'msvc', scope, reason: parsed?.[3] || undefined, until: parsed?.[2] });
  }
  for (const { pattern, reach, prefix } of peerComments) {
    for (const match of file.text.matchAll(pattern)) {
      const range = { start: match.index, end: match.index + match[0].trimEnd().length };
      const scope =
        reach === 'file'
          ? wholeFile(file)
          : reach === 'line'
            ? lineOf(file, range.start)
            : reachOf(file, range, repository);
      const rules = names(match[1] ?? '').map((name) => `${prefix}:${name}`);
      found.push({ file, range, rules, convention: 'peer', scope, reason: undefined, until: undefined });
    }
  }
  return found;
}

/** Annotations on a Kubernetes object hold for the object as its own file states it. */
function annotationsOf(repository: Repository): readonly Suppression[] {
  const seen = new Set<unknown>();
  return repository.environments.flatMap((environment) =>
    environment.objects.flatMap((object) =>
      object.root.pairs('metadata', 'annotations').flatMap(({ name, key, value }): Suppression[] => {
        const rules = annotatedRules(name, value.text() ?? '');
        if (rules.length === 0 || seen.has(key)) return [];
        seen.add(key);
        const { file, range } = key;
        const scope = object.root.file === file ? object.root.range : wholeFile(file);
        return [{ file, range, rules, convention: 'peer', scope, reason: undefined, until: undefined }];
      }),
    ),
  );
}

function annotatedRules(name: string, value: string): readonly string[] {
  const kubeLinter = /^ignore-check\.kube-linter\.io\/(.+)$/.exec(name)?.[1];
  if (kubeLinter) return [`kube-linter:${kubeLinter}`];
  if (name === 'kube-linter.io/ignore-all') return ['*'];
  if (name === 'kube-score/ignore') return names(value).map((rule) => `kube-score:${rule}`);
  const polaris = /^polaris\.fairwinds\.com\/(.+)-exempt$/.exec(name)?.[1];
  if (polaris && value === 'true') return [polaris === '' ? '*' : `polaris:${polaris}`];
  if (name === 'polaris.fairwinds.com/exempt' && value === 'true') return ['*'];
  const checkov = /^checkov\.io\/skip\d*$/.test(name) ? /^(\w+)/.exec(value)?.[1] : undefined;
  return checkov ? [`checkov:${checkov}`] : [];
}

function names(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '');
}

function wholeFile(file: SourceFile): TextRange {
  return { start: 0, end: file.text.length + 1 };
}

function lineOf({ text }: SourceFile, offset: number): TextRange {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length + 1 : end };
}

/**
 * A comment behind something holds for its line; one on its own line for the next line that says something, and for
 * all of the Dockerfile instruction or YAML block that starts there.
 */
function reachOf(file: SourceFile, comment: TextRange, repository: Repository): TextRange {
  const line = lineOf(file, comment.start);
  if (file.text.slice(line.start, comment.start).trim() !== '') return extended(file, line, repository);
  for (let next = lineOf(file, line.end + 1); next.start < file.text.length; next = lineOf(file, next.end + 1)) {
    const text = file.text.slice(next.start, next.end).trim();
    if (text !== '' && !text.startsWith('#') && !text.startsWith('//')) return extended(file, next, repository);
  }
  return line;
}

function extended(file: SourceFile, line: TextRange, repository: Repository): TextRange {
  const dockerfile = repository.dockerfiles.find((candidate) => candidate.file === file);
  const instruction = dockerfile?.instructions.find(
    ({ range }) => range.start >= line.start && range.start <= line.end,
  );
  if (instruction) {
    const end = instruction.heredocs.at(-1)?.body.range.end ?? instruction.range.end;
    return { start: line.start, end };
  }
  const text = file.text.slice(line.start, line.end);
  if (!/[:-]\s+[|>][-+\d]*\s*(?:#.*)?$/.test(text)) return line;
  const indent = /^[ -]*/.exec(text)?.[0].length ?? 0;
  let { end } = line;
  for (let next = lineOf(file, end + 1); next.start < file.text.length; next = lineOf(file, next.end + 1)) {
    const body = file.text.slice(next.start, next.end);
    if (body.trim() !== '' && (/^ */.exec(body)?.[0].length ?? 0) <= indent) break;
    end = next.end;
  }
  return { start: line.start, end };
}
