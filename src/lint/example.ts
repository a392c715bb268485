import type { Domain, Example, ExampleCase } from './rule.ts';

/** The file that an example of a domain is when it names none. */
export const usualFile: Readonly<Record<Domain, string>> = {
  dockerfile: 'Dockerfile',
  compose: 'compose.yaml',
  kubernetes: 'k8s/app.yaml',
  pipeline: '.github/workflows/ci.yml',
  python: 'app/main.py',
  system: 'Dockerfile',
};

/** An example with every file named and every text unindented. */
export interface FullExample {
  readonly files: Readonly<Record<string, string>>;
  /** `path:line` of everything that is reported; undefined where the example does not say. */
  readonly at: readonly string[] | undefined;
  readonly fixed: Readonly<Record<string, string>> | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly note: string | undefined;
}

/** Fills an example in. */
export function fullExample(domain: Domain, example: Example): FullExample {
  const { files, at, fixed, options, note }: ExampleCase = typeof example === 'string' ? { files: example } : example;
  const usual = usualFile[domain];
  const named = (texts: string | Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(typeof texts === 'string' ? { [usual]: texts } : texts).map(([path, text]) => [
        path,
        unindent(text),
      ]),
    );
  return {
    files: named(files),
    at: at?.map((place) => (typeof place === 'number' ? `${usual}:${place}` : place)),
    fixed: fixed === undefined ? undefined : named(fixed),
    options: options ?? {},
    note,
  };
}

/** Removes the first line end, the indentation that all lines share, and the blanks of the last line. */
export function unindent(text: string): string {
  if (!text.startsWith('\n')) return text;
  const lines = text.slice(1).replace(/[ ]+$/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(Math.min(indent, /^ */.exec(line)?.[0].length ?? 0))).join('\n');
}
